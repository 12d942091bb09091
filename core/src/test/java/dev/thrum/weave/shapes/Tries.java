package dev.thrum.weave.shapes;

import static dev.thrum.weave.shapes.Awaiting.fails;
import static dev.thrum.weave.shapes.Awaiting.later;
import static dev.thrum.weave.shapes.Awaiting.trace;

import dev.thrum.task.AsyncCallable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** {@code try}, {@code catch}, {@code finally} and resources, in each other and in loops. */
@SuppressWarnings({"all", "fallthrough", "finally", "lossy-conversions", "try"})
public final class Tries {

    private Tries() {}

    record Resource(String name, boolean failing) implements AutoCloseable {
        Resource {
            trace("open " + name);
        }

        @Override
        public void close() throws IOException {
            trace("close " + name);
            if (failing) {
                throw new IOException("close " + name);
            }
        }
    }

    static AsyncCallable<?> catchesWhatIsAwaited() {
        return () -> {
            try {
                later(1).await();
                fails(new IOException("io")).await();
                return "no";
            } catch (IOException e) {
                return e.getMessage() + later(2).await();
            }
        };
    }

    static AsyncCallable<?> nearestHandlerWins() {
        return () -> {
            try {
                try {
                    fails(new IOException("inner")).await();
                } catch (RuntimeException e) {
                    trace("wrong");
                } finally {
                    trace("finally" + later(1).await());
                }
            } catch (IOException e) {
                trace("right");
                try {
                    fails(new IllegalArgumentException(e.getMessage() + later(2).await())).await();
                } catch (IllegalArgumentException f) {
                    return f.getMessage();
                }
            }
            return "no";
        };
    }

    static AsyncCallable<?> multiCatch() {
        return () -> {
            List<String> all = new ArrayList<>();
            Throwable[] failures = {
                new IOException("a"), new IllegalStateException("b"), new Error("c"), null
            };
            for (Throwable failure : failures) {
                try {
                    all.add("" + (failure == null ? later(0) : fails(failure)).await());
                } catch (IOException | IllegalStateException e) {
                    all.add(e.getMessage() + later(1).await());
                } catch (Throwable t) {
                    all.add(later(t.getMessage()).await());
                } finally {
                    all.add("f" + later(all.size()).await());
                }
            }
            return all;
        };
    }

    static AsyncCallable<?> returnInFinallyOverrides() {
        return () -> {
            try {
                return later("try").await();
            } finally {
                if (later(true).await()) {
                    return later("finally").await();
                }
            }
        };
    }

    static AsyncCallable<?> returnInFinallySwallows() {
        return () -> {
            try {
                throw new IllegalStateException("x" + later(1).await());
            } finally {
                return later("swallowed").await();
            }
        };
    }

    static AsyncCallable<?> jumpsOutOfFinally() {
        return () -> {
            List<Object> all = new ArrayList<>();
            outer:
            for (int i = 0; i < 4; i++) {
                for (int j = 0; j < 3; j++) {
                    try {
                        all.add(later(i * 10 + j).await());
                        if (j == 1) {
                            throw new IOException("lost");
                        }
                    } finally {
                        if (later(i).await() == 1) {
                            continue outer;
                        }
                        if (i == 2) {
                            break outer;
                        }
                        if (j == 1) {
                            break;
                        }
                    }
                }
            }
            return all;
        };
    }

    static AsyncCallable<?> jumpsThroughFinally() {
        return () -> {
            List<Object> all = new ArrayList<>();
            for (int i = 0; i < 6; i++) {
                try {
                    try {
                        if (i == 1) {
                            continue;
                        }
                        if (i == 4) {
                            break;
                        }
                        all.add(later(i).await());
                    } finally {
                        all.add("a" + later(i).await());
                    }
                } finally {
                    all.add(later("b").await());
                }
            }
            return all;
        };
    }

    static AsyncCallable<?> finallyReplacesTheFailure() {
        return () -> {
            try {
                throw new IOException("first" + later(1).await());
            } finally {
                if (later(true).await()) {
                    throw new IllegalStateException(later("second").await());
                }
            }
        };
    }

    static AsyncCallable<?> localsChangedInHandlers() {
        return () -> {
            int n = 1;
            String s = "a";
            try {
                n = 2;
                s = later("b").await();
                n = 3;
                fails(new IOException()).await();
                n = 4;
            } catch (IOException e) {
                n += 10;
                s += later("c").await();
                n += later(100).await();
            }
            return s + n;
        };
    }

    static AsyncCallable<?> definitionSkippedByFailure() {
        return () -> {
            String text = null;
            long number;
            try {
                number = later(5L).await();
                text = "n" + number;
                String never = "x" + fails(new IOException("skip")).await();
                text += never;
            } catch (IOException e) {
                number = 7;
            }
            later(0).await();
            return text + number;
        };
    }

    static AsyncCallable<?> loopWithCatch() {
        return () -> {
            int failures = 0;
            int i = 0;
            while (true) {
                try {
                    if (i++ % 2 == 0) {
                        fails(new IOException("" + i)).await();
                    }
                    if (later(i).await() > 6) {
                        return failures * 100 + i;
                    }
                } catch (IOException e) {
                    failures += later(e.getMessage().length()).await();
                }
            }
        };
    }

    static AsyncCallable<?> resources() {
        return () -> {
            try (var a = later(new Resource("a", false)).await();
                    var b = new Resource("b" + later(1).await(), false)) {
                trace(a.name() + b.name() + later("body").await());
                return later(a.name()).await();
            } finally {
                trace(later("finally").await());
            }
        };
    }

    static AsyncCallable<?> resourcesSuppress() {
        return () -> {
            try (var a = new Resource("a", later(true).await());
                    var b = new Resource("b", true)) {
                throw new IllegalStateException("body" + later(1).await());
            }
        };
    }

    static AsyncCallable<?> resourcesFailInHeader() {
        return () -> {
            try (var a = new Resource("a", false);
                    Resource none = null;
                    Resource b = Awaiting.<Resource>fails(new IOException("header")).await()) {
                return "no";
            } catch (IOException e) {
                return e.getMessage() + e.getSuppressed().length + later(1).await();
            }
        };
    }

    static AsyncCallable<?> resourceOnExistingVariable() {
        return () -> {
            Resource a = later(new Resource("a", false)).await();
            try (a) {
                later(1).await();
            }
            return "done";
        };
    }

    static AsyncCallable<?> uncaught() {
        return () -> {
            later(1).await();
            int[] none = {};
            int index = later(3).await();
            return none[index];
        };
    }

    static AsyncCallable<?> uncaughtFromAwait() {
        return () -> {
            String text = later("x").await();
            return text + later("y").await() + fails(new IllegalStateException("awaited")).await();
        };
    }

    static AsyncCallable<?> nullAwaited() {
        return () -> {
            later(1).await();
            dev.thrum.task.Async<String> none = null;
            try {
                return none.await();
            } catch (NullPointerException e) {
                return "NPE";
            }
        };
    }

    static AsyncCallable<?> monitorLeftBeforeTheAwait() {
        Object lock = new Object();
        return () -> {
            int n = 0;
            synchronized (lock) {
                n++;
                synchronized (Tries.class) {
                    n++;
                }
            }
            n += later(n).await();
            synchronized (lock) {
                n *= 2;
            }
            return n + "" + Thread.holdsLock(lock);
        };
    }

    static AsyncCallable<?> assertion() {
        return () -> {
            int n = later(1).await();
            assert n == 1 : "n is " + n;
            assert later(true).await() : later("never").await();
            return n;
        };
    }
}
