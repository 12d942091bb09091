package dev.thrum.weave.shapes;

import static dev.thrum.weave.shapes.Awaiting.later;
import static dev.thrum.weave.shapes.Awaiting.trace;

import dev.thrum.task.AsyncCallable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** What slots of local variables hold, and what other weavers took it for. */
@SuppressWarnings({"all", "lossy-conversions", "try"})
public final class Slots {

    private boolean flag;
    private byte small;
    private char letter;
    private short number;

    private Slots() {}

    /** EA Async, NullThenBasicValueTest (its bug 6). */
    static AsyncCallable<?> nullThenNumbers() {
        return () -> {
            String s = null;
            int i = 5;
            long l = 6;
            i += later(1).await();
            return s + i + l + later(s).await();
        };
    }

    /** EA Async, JoinTest: other methods of the name are nobody's business. */
    static AsyncCallable<?> otherMethodsNamedAwait() {
        class Latch {
            int await(int x) {
                return trace(x);
            }

            static String await(String s) {
                return trace(s);
            }
        }
        return () -> new Latch().await(later(3).await()) + Latch.await("x") + later(4).await();
    }

    /** Quasar, Merge3Test: one slot, arrays of two kinds. */
    static AsyncCallable<?> oneSlotForTwoKindsOfArrays() {
        return () -> {
            double sum = 0;
            for (boolean objects : new boolean[] {true, false}) {
                if (objects) {
                    Object[] a = {1, later(2).await()};
                    sum += a.length + (int) a[1];
                } else {
                    float[] a = {later(3f).await()};
                    sum += a[0];
                }
            }
            return sum;
        };
    }

    /** Quasar, Merge2Test: the receiver is null in the try, and the catch awaits. */
    static AsyncCallable<?> nullReceiverInTry() {
        return () -> {
            List<String> list = null;
            try {
                list.add(later("x").await());
            } catch (NullPointerException e) {
                list = new ArrayList<>(List.of(later("caught").await()));
            }
            return list;
        };
    }

    /** Quasar, RTInitLocalArrayArgTest (its bug 73). */
    static AsyncCallable<?> nullThenAnArray() {
        return () -> {
            int[] a = null;
            for (int i = 0; i < 2; i++) {
                if (a == null) {
                    a = new int[] {later(i).await()};
                } else {
                    a[0] += later(7).await();
                }
            }
            return a[0];
        };
    }

    /** Quasar, CatchTest: what suspends is no exception that a handler could catch. */
    static AsyncCallable<?> catchOfEverything() {
        return () -> {
            try {
                trace(later("in").await());
            } catch (Throwable t) {
                trace(t);
            } finally {
                trace(later("finally").await());
            }
            return "done";
        };
    }

    /** Kotlin, varValueConflictsWithTableSameSort: an int first, then an unassigned String. */
    static AsyncCallable<?> oneSlotUnassigned() {
        return () -> {
            {
                int i = later(1).await();
                trace(i);
            }
            String s;
            if (later(true).await()) {
                s = "assigned";
            } else {
                s = later("other").await();
            }
            return s;
        };
    }

    /** Kotlin, listThrowablePairInOneSlot. */
    static AsyncCallable<?> oneSlotForTheCaughtAndOthers() {
        return () -> {
            String all = "";
            for (int i = 0; i < 3; i++) {
                try {
                    List<Integer> list = List.of(later(i).await());
                    all += list;
                    if (i == 1) {
                        throw new IOException(all);
                    }
                } catch (IOException e) {
                    all += later(e.getMessage()).await();
                }
            }
            return all;
        };
    }

    /** Kotlin, sameIconst1ManyVars: one constant, variables of all small kinds. */
    static AsyncCallable<?> oneConstantManyKinds() {
        return () -> {
            boolean z = true;
            byte b = 1;
            char c = 1;
            short s = 1;
            int i = 1;
            later(0).await();
            return "" + z + b + (int) c + s + i;
        };
    }

    /** Kotlin, complicatedMerge: is it a boolean? */
    static AsyncCallable<?> booleanAfterManyBranches() {
        return () -> {
            boolean z = later(true).await() ? later(false).await() : later(1).await() == 2;
            boolean y = z | later(3).await() > 2;
            if (y && !later(z).await()) {
                z = later(y).await() ^ z;
            }
            return z ? "yes" : "no" + y;
        };
    }

    /** Kotlin, usedInPutfield, usedInArrayStore, usedInMethodCall, i2bResult. */
    static AsyncCallable<?> smallKindsGoWhereTheyBelong() {
        return () -> {
            Slots slots = new Slots();
            boolean z = later(5).await() > 4;
            byte b = (byte) (int) later(300).await();
            char c = (char) (later('a').await() + 1);
            short s = (short) (later(70_000).await() + b);
            boolean[] zs = new boolean[1];
            byte[] bs = new byte[1];
            char[] cs = new char[1];
            short[] ss = new short[1];
            later(0).await();
            slots.flag = z;
            slots.small = b;
            slots.letter = c;
            slots.number = s;
            zs[0] = z;
            bs[0] = b;
            cs[0] = c;
            ss[0] = s;
            later(0).await();
            return String.valueOf(slots.flag)
                    + slots.small
                    + slots.letter
                    + slots.number
                    + zs[0]
                    + bs[0]
                    + cs[0]
                    + ss[0];
        };
    }

    /** Kotlin, loadFromBooleanArray and loadFromByteArray: one instruction loads both. */
    static AsyncCallable<?> loadsFromArraysOfSmallKinds() {
        return () -> {
            boolean[] zs = {true, false};
            byte[] bs = {-1, 2};
            boolean z = zs[later(0).await()];
            byte b = bs[later(0).await()];
            later(1).await();
            return (z ? "yes" : "no") + b + zs[1] + bs[1];
        };
    }

    /** Kotlin, unusedCatchVar. */
    static AsyncCallable<?> unusedVariableOfACatch() {
        return () -> {
            int x = 1;
            try {
                x = later(2).await() / (x - 1);
            } catch (ArithmeticException _) {
                x += later(10).await();
            }
            return x;
        };
    }

    /** Kotlin, breakWithNonEmptyStack: an operand is there, and control goes elsewhere. */
    static AsyncCallable<?> controlGoesWhileOperandsWait() {
        return () -> {
            StringBuilder all = new StringBuilder();
            for (String s : new String[] {"a", null, "b"}) {
                try {
                    all.append("<")
                            .append(
                                    switch (later(s).await()) {
                                        case null -> throw new IOException("null");
                                        case String t when later(t).await().equals("b") -> 'B';
                                        case String t -> t.charAt(0);
                                    });
                } catch (IOException e) {
                    all.append(later(e.getMessage()).await());
                }
            }
            return all.toString();
        };
    }

    /** Kilim, testPausableInvokeCatch: reflection between awaits. */
    static AsyncCallable<?> reflection() {
        return () -> {
            var method = Awaiting.class.getMethod("trace", Object.class);
            try {
                method.invoke(null, later("by reflection").await());
                method.invoke(later("too few").await());
            } catch (IllegalArgumentException e) {
                return later("refused").await();
            }
            return "not refused";
        };
    }

    /** A body made in the compact constructor of a record. */
    static AsyncCallable<?> compactConstructor() {
        record Made(int x, AsyncCallable<Integer> body) {
            Made {
                int y = x + 1;
                body = () -> later(y).await() + 1;
            }
        }
        return new Made(4, null).body();
    }

    /** A body made before {@code super(…)}, and a text block with an await in it. */
    static AsyncCallable<?> beforeSuper() {
        class Base {
            final AsyncCallable<String> body;

            Base(AsyncCallable<String> body) {
                this.body = body;
            }
        }
        class Derived extends Base {
            Derived(String s) {
                AsyncCallable<String> made =
                        () ->
                                """
                                text %s
                                """
                                        .formatted(later(s).await());
                super(made);
            }
        }
        return new Derived("x").body;
    }
}
