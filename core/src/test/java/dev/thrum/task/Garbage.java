package dev.thrum.task;

import java.lang.ref.Reference;
import java.lang.ref.ReferenceQueue;
import java.lang.ref.WeakReference;
import java.util.function.BooleanSupplier;

/** What tests ask of the garbage collector. */
final class Garbage {
    private static final int ATTEMPTS = 200;

    private Garbage() {}

    /** Whether the collector clears the reference, given a number of chances. */
    static boolean collects(Reference<?> reference) {
        return collectedUntil(() -> reference.refersTo(null));
    }

    /** Runs the collector until something has happened; false if that never was. */
    static boolean collectedUntil(BooleanSupplier happened) {
        for (int i = 0; i < ATTEMPTS && !happened.getAsBoolean(); i++) {
            collect();
        }
        return happened.getAsBoolean();
    }

    /** A full collection, of which the references to what it found have been cleared. */
    static void collect() {
        ReferenceQueue<Object> queue = new ReferenceQueue<>();
        Reference<Object> canary = new WeakReference<>(new Object(), queue);
        System.gc();
        try {
            queue.remove(1000);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        Reference.reachabilityFence(canary);
    }
}
