package dev.thrum.weave.shapes;

import static dev.thrum.weave.shapes.Awaiting.later;
import static dev.thrum.weave.shapes.Awaiting.trace;

import dev.thrum.task.AsyncCallable;
import java.util.ArrayList;
import java.util.List;

/** Switches of every kind, as statements and as expressions. */
@SuppressWarnings({"all", "fallthrough", "finally", "lossy-conversions", "try"})
public final class Switches {

    enum Colour {
        RED,
        GREEN,
        BLUE {
            @Override
            int code() {
                return 30;
            }
        };

        int code() {
            return ordinal();
        }
    }

    sealed interface Shape permits Circle, Square, Pair {}

    record Circle(double r) implements Shape {}

    record Square(int side, String name) implements Shape {}

    record Pair(Shape a, Shape b) implements Shape {}

    record Bad(int x) {
        @Override
        public int x() {
            throw new IllegalStateException("accessor");
        }
    }

    private Switches() {}

    static AsyncCallable<?> denseInts() {
        return () -> {
            String text = "";
            for (int i = 0; i < 6; i++) {
                switch (later(i).await()) {
                    case 0:
                        text += "zero";
                    case 1:
                        text += later("one").await();
                        break;
                    case 3:
                        continue;
                    case 4:
                        text += "four" + later(i).await();
                    default:
                        text += "|";
                }
            }
            return text;
        };
    }

    static AsyncCallable<?> sparseInts() {
        return () -> {
            long sum = 0;
            for (int i : new int[] {Integer.MIN_VALUE, -7, 0, 1000, 1_000_000}) {
                sum +=
                        switch (i) {
                            case -7 -> later(1L).await();
                            case 1000 -> 10L;
                            case 1_000_000 -> later(100L).await() + later(1000L).await();
                            default -> later(0L).await();
                        };
            }
            return sum;
        };
    }

    static AsyncCallable<?> strings() {
        return () -> {
            List<Integer> all = new ArrayList<>();
            for (String s : new String[] {"Aa", "BB", "c", ""}) {
                switch (later(s).await()) {
                    case "Aa" -> all.add(later(1).await());
                    case "BB" -> all.add(2);
                    case "c" -> {
                        later(0).await();
                        all.add(3);
                    }
                    default -> all.add(later(4).await());
                }
            }
            return all;
        };
    }

    static AsyncCallable<?> enums() {
        return () -> {
            String text = "";
            for (Colour colour : Colour.values()) {
                text +=
                        switch (later(colour).await()) {
                            case RED -> later("r").await();
                            case GREEN -> "g" + colour.code();
                            case BLUE -> later(colour).await().code() + "b";
                        };
            }
            return text;
        };
    }

    static AsyncCallable<?> patterns() {
        return () -> {
            StringBuilder text = new StringBuilder();
            Object[] all = {1, "two", 3L, null, new int[] {4}, Colour.RED, List.of()};
            for (Object o : all) {
                text.append(
                        switch (o) {
                            case null -> later("null").await();
                            case Integer i when later(i).await() > 5 -> "big";
                            case Integer i -> "int" + later(i).await();
                            case String s -> s.length() + later(s).await();
                            case Long l -> l + later(l).await();
                            case int[] array -> array[later(0).await()];
                            case Colour c -> later(c).await().name();
                            default -> later(o).await();
                        });
                text.append(';');
            }
            return text.toString();
        };
    }

    static AsyncCallable<?> deconstruction() {
        return () -> {
            List<Object> all = new ArrayList<>();
            Shape[] shapes = {
                new Circle(1.5),
                new Square(3, "sq"),
                new Pair(new Circle(2), new Square(4, "in")),
                new Pair(new Square(1, "a"), new Square(2, "b"))
            };
            for (Shape shape : shapes) {
                all.add(
                        switch (later(shape).await()) {
                            case Circle(double r) -> r * later(2.0).await();
                            case Square(int side, String name) when later(side).await() > 3 -> name;
                            case Square(int side, var name) -> later(name).await() + side;
                            case Pair(Circle(var r), Square(var s, var n)) ->
                                    r + later(s).await() + n;
                            case Pair(Shape a, Shape b) -> "" + later(a).await() + b;
                        });
            }
            return all;
        };
    }

    static AsyncCallable<?> instanceofPattern() {
        return () -> {
            Object o = later((Object) new Square(5, "x")).await();
            if (o instanceof Square(int side, String name) && later(side).await() == 5) {
                return name + later(side).await();
            }
            return "no";
        };
    }

    static AsyncCallable<?> accessorFails() {
        return () -> {
            Object o = new Bad(1);
            return "x" + later(1).await() + (o instanceof Bad(int x) && later(x).await() > 2);
        };
    }

    static AsyncCallable<?> yieldUnderNonEmptyStack() {
        return () -> {
            int k = later(2).await();
            return "a".concat("b")
                    + k
                    + String.format(
                            "%s-%d-%s",
                            later("p").await(),
                            switch (k) {
                                case 1 -> later(10L).await();
                                case 2 -> {
                                    long l = later(20L).await();
                                    for (int i = 0; i < 3; i++) {
                                        l += later(i).await();
                                    }
                                    yield l;
                                }
                                default -> 0L;
                            },
                            later("q").await());
        };
    }

    static AsyncCallable<?> yieldWithTryUnderNonEmptyStack() {
        return () -> {
            int k = later(1).await();
            return String.join(
                    ",",
                    "first",
                    switch (k) {
                        case 1 -> {
                            try {
                                trace("try");
                                if (later(true).await()) {
                                    throw new IllegalStateException("thrown");
                                }
                                yield "no";
                            } catch (IllegalStateException e) {
                                yield later(e.getMessage()).await();
                            } finally {
                                trace(later("finally").await());
                            }
                        }
                        default -> "d";
                    },
                    later("last").await());
        };
    }

    static AsyncCallable<?> ternariesUnderNonEmptyStack() {
        return () -> {
            boolean yes = later(true).await();
            return Math.max(yes ? later(3).await() : 4, !yes ? 5 : later(6).await())
                    + (later(1).await() > 0 ? 1.5 : later(2.5).await());
        };
    }
}
