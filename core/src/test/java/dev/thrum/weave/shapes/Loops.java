package dev.thrum.weave.shapes;

import static dev.thrum.weave.shapes.Awaiting.later;
import static dev.thrum.weave.shapes.Awaiting.trace;

import dev.thrum.task.AsyncCallable;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Every kind of loop and jump; most also in the tests of EA Async, Kilim and Kotlin. */
@SuppressWarnings({"all", "fallthrough", "finally", "lossy-conversions", "try"})
public final class Loops {

    private Loops() {}

    static AsyncCallable<?> forLoop() {
        return () -> {
            int sum = 0;
            for (int i = 0; i < 5; i++) {
                sum += later(i).await();
            }
            return sum;
        };
    }

    static AsyncCallable<?> forLoopAwaitsInEachPart() {
        return () -> {
            int sum = 0;
            for (int i = later(1).await(); i < later(5).await(); i += later(2).await()) {
                sum += i;
            }
            return sum;
        };
    }

    static AsyncCallable<?> whileLoop() {
        return () -> {
            int n = 0;
            while (later(n).await() < 4) {
                n++;
            }
            return n;
        };
    }

    static AsyncCallable<?> doLoop() {
        return () -> {
            int n = 10;
            do {
                n -= later(3).await();
            } while (later(n > 0).await());
            return n;
        };
    }

    static AsyncCallable<?> bodyBeginsWithTheLoop() {
        int[] left = {4};
        return () -> {
            while (left[0] > 0) {
                left[0] -= later(1).await();
            }
            return left[0];
        };
    }

    static AsyncCallable<?> forEachOverIterable() {
        return () -> {
            StringBuilder text = new StringBuilder();
            for (String s : later(List.of("a", "b", "c")).await()) {
                text.append(s).append(later(text.length()).await());
            }
            return text.toString();
        };
    }

    static AsyncCallable<?> forEachOverArray() {
        return () -> {
            long sum = 0;
            for (long x : later(new long[] {1L << 40, 2, 3}).await()) {
                sum += x * later(2L).await();
            }
            return sum;
        };
    }

    static AsyncCallable<?> forEachOverTwoDimensions() {
        return () -> {
            String text = "";
            for (String[] row : new String[][] {{"a", "b"}, {}, {"c"}}) {
                for (String cell : row) {
                    text += later(cell).await();
                }
                text += ";";
            }
            return text;
        };
    }

    static AsyncCallable<?> nestedWithLabels() {
        return () -> {
            List<String> seen = new ArrayList<>();
            outer:
            for (int i = 0; i < 5; i++) {
                for (int j = 0; j < 5; j++) {
                    if (later(j).await() == 3) {
                        continue outer;
                    }
                    if (i * j == 4) {
                        break outer;
                    }
                    seen.add(i + "" + later(j).await());
                }
            }
            return seen;
        };
    }

    static AsyncCallable<?> labelledBlock() {
        return () -> {
            block:
            {
                if (later(true).await()) {
                    trace("in");
                    break block;
                }
                trace("never");
            }
            return later("out").await();
        };
    }

    static AsyncCallable<?> endlessLoopWithBreakThenFor() {
        return () -> {
            int n = 0;
            while (true) {
                if (later(++n).await() > 3) {
                    break;
                }
            }
            for (int i = 0; i < 3; i++) {
                n += later(i).await();
            }
            return n;
        };
    }

    static AsyncCallable<?> lastStatementIsALoopWithReturn() {
        return () -> {
            for (int i = 0; ; i++) {
                if (later(i).await() == 7) {
                    return i;
                }
            }
        };
    }

    static AsyncCallable<?> slotsReusedBySiblings() {
        return () -> {
            String text = "";
            {
                int x = 1;
                text += x + later(x).await();
            }
            {
                String x = "s";
                text += x + later(x).await();
            }
            {
                double x = 2.5;
                text += x + later(x).await();
            }
            {
                Object[] x = {1};
                text += x.length + later(x[0]).await().toString();
            }
            return text;
        };
    }

    static AsyncCallable<?> variableInScopeButDead() {
        return () -> {
            int unused = 5;
            String alsoUnused = "dead";
            int sum = later(unused).await();
            while (sum < 20) {
                sum += later(sum).await();
            }
            return sum;
        };
    }

    static AsyncCallable<?> assignedOnOnePath() {
        return () -> {
            String text;
            int number;
            if (later(true).await()) {
                text = "yes";
                number = later(1).await();
            } else {
                text = later("no").await();
                number = 2;
            }
            later(0).await();
            return text + number;
        };
    }

    static AsyncCallable<?> assignedAfterTheAwait() {
        return () -> {
            Object late;
            later(0).await();
            if (later(1).await() == 1) {
                late = "first";
            } else {
                late = 2;
            }
            return late;
        };
    }

    static AsyncCallable<?> mapIteration() {
        return () -> {
            Map<String, Integer> map = new TreeMap<>(Map.of("a", 1, "b", 2));
            int sum = 0;
            for (var entry : map.entrySet()) {
                sum += entry.getValue() * later(entry.getKey().length()).await();
            }
            return sum;
        };
    }

    static AsyncCallable<?> shortCircuits() {
        return () -> {
            boolean a = later(false).await() && later(trace(true)).await();
            boolean b = later(true).await() || later(trace(true)).await();
            boolean c = !later(false).await() ^ later(true).await();
            return a + "," + b + "," + c + (a ? 1 : later(b).await() ? 2 : 3);
        };
    }

    static AsyncCallable<?> manyReadyAwaits() {
        return () -> {
            long sum = 0;
            for (int i = 0; i < 100_000; i++) {
                sum += later(i).await();
            }
            return sum;
        };
    }

    static AsyncCallable<?> recursionThroughBlocks() {
        return () -> {
            class Tree {
                dev.thrum.task.Async<Integer> size(int depth) {
                    return dev.thrum.task.Async.async(() ->
                            depth == 0
                                    ? later(1).await()
                                    : size(depth - 1).await() + size(depth - 1).await());
                }
            }
            return new Tree().size(6).await();
        };
    }
}
