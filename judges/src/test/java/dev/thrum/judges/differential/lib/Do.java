package dev.thrum.judges.differential.lib;

import dev.thrum.task.Async;
import dev.thrum.task.AsyncCallable;
import dev.thrum.task.AsyncFunction;
import dev.thrum.task.AsyncRunnable;
import dev.thrum.task.Context;
import dev.thrum.task.Poll;
import dev.thrum.task.Waker;
import java.util.Arrays;
import java.util.concurrent.CancellationException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;

/**
 * What generated programs call, in both renderings. One program runs at a time, so its state is
 * static; a program moves between threads only through wakers, which order what they do.
 */
public final class Do {

    /** When what is awaited is there. */
    public enum Pace {
        /** At once. */
        READY,
        /** After a poll or two that find it pending. */
        PENDING,
        /** As the program says: some at once, some later, some woken by another thread. */
        MIXED
    }

    /** Ends programs that run on and on; they may catch it, but not run on. */
    public static final class OutOfFuel extends Error {
        private static final long serialVersionUID = 1L;

        OutOfFuel() {
            super("out of fuel");
        }
    }

    /** A checked exception of programs. */
    public static class Oops extends Exception {
        private static final long serialVersionUID = 1L;

        public Oops(String message) {
            super(message);
        }
    }

    /** A value without a value, from code that may fail. */
    @FunctionalInterface
    public interface Get<T> {
        T get() throws Exception;
    }

    /** What is awaited in the plain rendering. */
    @FunctionalInterface
    public interface Plain<T> {
        /** What {@code await()} is in the other one. */
        T take() throws Exception;
    }

    private static final int FUEL = 3000;
    private static final LinkedBlockingQueue<Aw<?>> OTHERS = new LinkedBlockingQueue<>();

    private static StringBuilder trace = new StringBuilder();
    private static int used;
    private static Pace pace = Pace.READY;
    private static boolean waking;

    private Do() {}

    /** Begins a run. */
    public static void begin(Pace next) {
        trace = new StringBuilder();
        used = 0;
        Base.shared = "s";
        pace = next;
    }

    /** What has happened since {@link #begin}. */
    public static String trace() {
        return trace.toString();
    }

    // ---- called by programs ----

    /** Loops and helpers do so each time. */
    public static void tick() throws Exception {
        if (++used > FUEL) {
            throw new OutOfFuel();
        }
    }

    private static void note(String event) {
        if (used < FUEL * 10) {
            used++;
            trace.append(event).append('\n');
        }
    }

    public static int v(int x) {
        note("i" + x);
        return x;
    }

    public static long v(long x) {
        note("j" + x);
        return x;
    }

    public static double v(double x) {
        note("d" + x);
        return x;
    }

    public static float v(float x) {
        note("f" + x);
        return x;
    }

    public static boolean v(boolean x) {
        note("z" + x);
        return x;
    }

    public static byte v(byte x) {
        note("b" + x);
        return x;
    }

    public static char v(char x) {
        note("c" + (int) x);
        return x;
    }

    public static short v(short x) {
        note("s" + x);
        return x;
    }

    public static <T> T v(T x) {
        note(show(x));
        return x;
    }

    /** Text of a value that is the same in both renderings. */
    public static String show(Object x) {
        return switch (x) {
            case null -> "null";
            case int[] a -> Arrays.toString(a);
            case long[] a -> Arrays.toString(a);
            case Object[] a -> Arrays.toString(a);
            case Throwable t -> t.getClass().getName() + " " + message(t);
            default -> x.getClass().getSimpleName() + " " + x;
        };
    }

    /** Messages that the JVM makes up from instructions or loaders are left out. */
    public static String message(Throwable t) {
        return t instanceof NullPointerException
                        || t instanceof ClassCastException
                        || t instanceof CancellationException
                        || t instanceof LinkageError
                ? "…"
                : String.valueOf(t.getMessage());
    }

    public static int mix(int a, long b, String c, double d, boolean e) {
        note("mix " + a + " " + b + " " + c + " " + d + " " + e);
        return a + (int) b + (int) d;
    }

    public static String all(String first, Object... more) {
        note("all " + first + Arrays.toString(more));
        return first + more.length;
    }

    public static int sum(int... all) {
        int sum = 0;
        for (int x : all) {
            sum += x;
        }
        note("sum " + sum);
        return sum;
    }

    /** An index that fits, most of the time. */
    public static int ix(int i, int length) {
        return length == 0 || i % 17 == 5 ? i : Math.floorMod(i, length);
    }

    public static <X extends Throwable> X bad(X x) {
        note("bad " + show(x));
        return x;
    }

    public static void touch(Object lock) {
        if (!Thread.holdsLock(lock)) {
            throw new IllegalStateException("not locked");
        }
    }

    /** Something that is closed. */
    public record Res(String name, int n) implements AutoCloseable {
        @Override
        public void close() throws Oops {
            note("close " + name);
            if (n % 4 == 1) {
                throw new Oops("close " + name);
            }
        }
    }

    /** Something that fails to be opened now and then. */
    public static Res res(String name, int n) throws Oops {
        note("open " + name);
        if (n % 7 == 2) {
            throw new Oops("open " + name);
        }
        return n % 7 == 3 ? null : new Res(name, n);
    }

    // ---- awaiting ----

    /** What programs await; {@code kind} says how it ends and when. */
    public static final class Aw<T> implements Async<T>, Plain<T> {
        private final int kind;
        private final T value;
        private final boolean elsewhere;
        private int pending;
        private volatile Waker waker;
        private volatile boolean done;

        Aw(int kind, T value) {
            this.kind = kind;
            this.value = value;
            elsewhere = pace == Pace.MIXED && kind % 16 == 3;
            pending =
                    switch (pace) {
                        case READY -> 0;
                        case PENDING -> 1 + kind % 2;
                        case MIXED -> kind % 3;
                    };
        }

        @Override
        public Poll<T> poll(Context cx) throws Exception {
            if (elsewhere && !done) {
                boolean first = waker == null;
                waker = cx.waker();
                if (first) {
                    wakeElsewhere(this);
                }
                return Poll.pending();
            }
            if (!elsewhere && pending-- > 0) {
                cx.waker().wake();
                return Poll.pending();
            }
            return Poll.ready(take());
        }

        @Override
        public T take() throws Exception {
            return switch (kind) {
                case 1000 -> throw new Oops("awaited " + show(value));
                case 1001 -> throw new IllegalStateException("awaited " + show(value));
                case 1002 -> throw new CancellationException("cancelled");
                case 1003 -> throw new StackOverflowError("awaited " + show(value));
                default -> value;
            };
        }
    }

    private static void wakeElsewhere(Aw<?> aw) {
        if (!waking) {
            waking = true;
            Thread.ofPlatform().daemon().name("waker").start(Do::wakeAll);
        }
        OTHERS.add(aw);
    }

    private static void wakeAll() {
        try {
            while (true) {
                Aw<?> next = OTHERS.take();
                next.done = true;
                next.waker.wake();
            }
        } catch (InterruptedException end) {
            Thread.currentThread().interrupt();
        }
    }

    public static <T> Aw<T> aw(int kind, T value) {
        return new Aw<>(kind, value);
    }

    public static <T> Async<T> as(int kind, T value) {
        return new Aw<>(kind, value);
    }

    // ---- the plain rendering ----

    public static <T> Plain<T> plainly(AsyncCallable<T> body) {
        return body::call;
    }

    public static Plain<Void> plainly(AsyncRunnable body) {
        return () -> {
            body.run();
            return null;
        };
    }

    public static <A, T> Plain<T> plainly(AsyncFunction<A, T> body, A argument) {
        return () -> body.apply(argument);
    }

    // ---- the woven rendering ----

    /** Polls on this thread, whenever it is woken. */
    public static <T> T drive(Async<T> async) throws Exception {
        Thread driver = Thread.currentThread();
        AtomicBoolean woken = new AtomicBoolean(true);
        Waker waker =
                Waker.of(() -> {
                    woken.set(true); // set, then unpark: pairs with the loop below
                    LockSupport.unpark(driver);
                });
        Context cx = Context.of(waker);
        while (true) {
            while (!woken.getAndSet(false)) {
                LockSupport.park(woken);
            }
            if (async.poll(cx) instanceof Poll.Ready<T>(T value)) {
                return value;
            }
        }
    }
}
