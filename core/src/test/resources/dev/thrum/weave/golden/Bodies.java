import dev.thrum.channel.Channel;
import dev.thrum.task.Async;
import java.util.List;

/** Small bodies; the listing of the machine of each is in the file of its name beside this one. */
class Bodies {
    record P(int a, String b) {}

    static class Res implements AutoCloseable {
        @Override
        public void close() {}
    }

    private int number;

    static Object returnsWhatItAwaits(Async<Object> a) throws Exception {
        return a.await();
    }

    static String twoAwaits(Async<String> a, Async<String> b) throws Exception {
        String first = a.await();
        return first + b.await();
    }

    static int awaitedWhereMade(int x, Channel<Integer> channel) throws Exception {
        channel.send(x).await();
        return x * 2 + channel.receive().await();
    }

    static Object awaitedWhereMadeOrNot(boolean z, Channel<?> a, Channel<?> b) throws Exception {
        return (z ? a : b).next().await() == (z ? a.next() : b.next()).await();
    }

    static int operandOnTheStack(int x, Async<Integer> a) throws Exception {
        return x * 2 + a.await();
    }

    static long wideValues(long x, double y, Async<Long> a) throws Exception {
        return x + (long) y * a.await();
    }

    static boolean smallKinds(boolean z, byte b, char c, short s, Async<?> a) throws Exception {
        a.await();
        return z && b < c && c < s;
    }

    static String deadVariable(String s, Async<Integer> a) throws Exception {
        String dead = s.trim();
        dead.isEmpty();
        return String.valueOf(a.await());
    }

    static String nullVariable(Async<String> a) throws Exception {
        String s = null;
        String t = a.await();
        if (t != null) {
            s = t;
        }
        return s;
    }

    static Object createdLate(Async<String> a) throws Exception {
        return new StringBuilder(a.await());
    }

    static Object createdInLocals(int k, Async<String> a) throws Exception {
        return new P(
                7,
                switch (k) {
                    case 1 -> {
                        try {
                            yield a.await();
                        } finally {
                            k++;
                        }
                    }
                    default -> "z";
                });
    }

    static int branches(boolean z, Async<Integer> a, Async<Integer> b) throws Exception {
        int x;
        if (z) {
            x = a.await();
        } else {
            x = b.await() + 1;
        }
        return x;
    }

    static int loop(List<Async<Integer>> all) throws Exception {
        int sum = 0;
        for (Async<Integer> a : all) {
            sum += a.await();
        }
        return sum;
    }

    static String tryCatch(Async<String> a) throws Exception {
        try {
            return a.await();
        } catch (IllegalStateException e) {
            return e.getMessage();
        }
    }

    static int tryFinally(Async<Integer> a, Async<?> b) throws Exception {
        int x = 1;
        try {
            x = a.await();
        } finally {
            b.await();
        }
        return x;
    }

    static Object withResources(Async<Object> a) throws Exception {
        try (Res r = new Res()) {
            return a.await();
        }
    }

    static int patternSwitch(Object o, Async<Integer> a) throws Exception {
        return switch (o) {
            case P(int x, String y) when x > a.await() -> y.length();
            case String s -> s.length() + a.await();
            default -> 0;
        };
    }

    static void compoundOnAnArray(int[] x, Async<Integer> a, Async<Integer> b) throws Exception {
        x[a.await()] += b.await();
    }

    static String concatenation(String s, int i, Async<Object> a) throws Exception {
        return s + i + a.await() + 'c';
    }

    int privateMembers(Async<Integer> a) throws Exception {
        return number + secret(a.await());
    }

    private int secret(int x) {
        return x;
    }

    static int helperThatAwaits(int d, Async<Integer> a) throws Exception {
        return d <= 0 ? a.await() : 1 + helperThatAwaits(d - 1, a);
    }

    static Runnable lambda(String s, Async<String> a) throws Exception {
        String t = a.await();
        return () -> System.out.println(s + t);
    }

    static void monitorBefore(Object lock, Async<?> a) throws Exception {
        synchronized (lock) {
            lock.notify();
        }
        a.await();
    }

    static Object awaitedOnAnotherLine(Channel<?> channel) throws Exception {
        return channel.receive()
                .await();
    }
}
