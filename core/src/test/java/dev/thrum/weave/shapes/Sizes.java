package dev.thrum.weave.shapes;

import static dev.thrum.weave.shapes.Awaiting.later;

import dev.thrum.task.AsyncCallable;

/** Large bodies. (Those with hundreds of awaits and locals are written by a test.) */
@SuppressWarnings({"all", "fallthrough", "finally", "lossy-conversions", "try"})
public final class Sizes {

    private Sizes() {}

    static AsyncCallable<?> manyParameters() {
        int a = 1;
        long b = 2;
        double c = 3;
        String d = "4";
        float e = 5;
        byte f = 6;
        Object g = 7;
        char h = '8';
        short i = 9;
        boolean j = true;
        int[] k = {11};
        return () ->
                a
                        + b
                        + c
                        + d
                        + later(e).await()
                        + f
                        + g
                        + later(h).await()
                        + i
                        + j
                        + k[0]
                        + later(a).await();
    }

    static AsyncCallable<?> unusedCaptures() {
        int a = 1;
        Object b = "b";
        return () -> {
            Object used = b;
            later(0).await();
            return a + later(used).await().toString();
        };
    }

    static AsyncCallable<?> nothingButAnAwait() {
        return () -> later("x").await();
    }
}
