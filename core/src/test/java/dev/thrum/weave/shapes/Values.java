package dev.thrum.weave.shapes;

import static dev.thrum.weave.shapes.Awaiting.later;
import static dev.thrum.weave.shapes.Awaiting.trace;

import dev.thrum.task.AsyncCallable;
import java.util.Arrays;
import java.util.List;

/** Values of all kinds in locals and on the operand stack. */
@SuppressWarnings({"all", "fallthrough", "finally", "lossy-conversions", "try"})
public final class Values {

    static int field;
    static long wide;
    static String[] array = new String[3];

    private Values() {}

    static String all(boolean z, byte b, char c, short s, int i, long j, float f, double d) {
        return z + "" + b + c + s + i + j + f + d;
    }

    static String mixed(Object a, long b, Object c, double d, Object e, int f, Object... more) {
        return a + ":" + b + c + d + e + f + Arrays.toString(more);
    }

    static AsyncCallable<?> allPrimitivesInLocals() {
        boolean cz = true;
        byte cb = -1;
        char cc = 'c';
        short cs = -300;
        int ci = 1 << 30;
        long cj = 1L << 50;
        float cf = 1.25f;
        double cd = -0.0;
        return () -> {
            boolean z = !cz;
            byte b = (byte) (cb + 200);
            char c = (char) (cc + 1);
            short s = (short) (cs * 300);
            int i = ci * 5;
            long j = cj * 3;
            float f = cf / 3;
            double d = cd;
            String before = all(z, b, c, s, i, j, f, d);
            later(0).await();
            String after = all(z, b, c, s, i, j, f, d);
            z ^= later(true).await();
            b++;
            c += 2;
            s--;
            i >>>= 3;
            j <<= 2;
            f *= 1.5f;
            d = 1 / d;
            later(0).await();
            return before
                    + after
                    + all(z, b, c, s, i, j, f, d)
                    + all(cz, cb, cc, cs, ci, cj, cf, cd);
        };
    }

    static AsyncCallable<?> allPrimitivesOnTheStack() {
        return () ->
                all(
                        later(true).await(),
                        (byte) (int) later(300).await(),
                        later('x').await(),
                        later((short) 7).await(),
                        later(1).await(),
                        later(2L).await(),
                        later(3f).await(),
                        later(4d).await());
    }

    static AsyncCallable<?> mixedStack() {
        return () ->
                mixed(
                        null,
                        later(1L).await(),
                        "c",
                        later(2.5).await(),
                        null,
                        later(3).await(),
                        "x",
                        later(4).await(),
                        null,
                        later((Object) null).await());
    }

    static AsyncCallable<?> booleansStayBooleans() {
        return () -> {
            boolean[] flags = new boolean[2];
            byte[] bytes = new byte[2];
            char[] chars = new char[2];
            short[] shorts = new short[2];
            flags[later(0).await()] = later(true).await();
            bytes[later(1).await()] = (byte) (int) later(511).await();
            chars[0] += later('a').await();
            shorts[1] -= later(5).await();
            boolean flag = flags[0] & later(true).await();
            int one = 1;
            boolean merged = later(flag).await() ? flag : one == 1;
            return Arrays.toString(flags)
                    + Arrays.toString(bytes)
                    + (int) chars[0]
                    + Arrays.toString(shorts)
                    + merged;
        };
    }

    static AsyncCallable<?> arraysOfEachDimension() {
        Object[][] captured = {{1}, {"two"}};
        return () -> {
            int[][] grid = new int[2][3];
            long[] longs = {1, 2};
            String[] texts = {"a", null};
            Object[][][] deep = new Object[2][][];
            grid[1][later(2).await()] = later(9).await();
            longs[0] += later(40L).await() * longs[later(1).await()];
            texts[1] = texts[0] + later("b").await();
            deep[later(0).await()] = captured;
            Object[] row = deep[0][1];
            later(0).await();
            return Arrays.deepToString(grid) + longs[0] + texts[1] + row[0] + deep.length;
        };
    }

    static AsyncCallable<?> arrayNullInOneBranch() {
        return () -> {
            Object[][] rows = null;
            if (later(true).await()) {
                rows = new Object[][] {{"x"}};
            }
            int[] numbers = later(1).await() == 1 ? null : new int[1];
            later(0).await();
            return rows[0][0] + "" + numbers;
        };
    }

    static AsyncCallable<?> compoundAssignments() {
        return () -> {
            int[] a = {1, 2, 3};
            int i = 0;
            a[i++] += later(10).await();
            a[i++] *= a[0] + later(1).await();
            a[i] = i = later(2).await();
            field = 5;
            field += later(3).await();
            field <<= later(1).await();
            wide = 7;
            wide *= later(6L).await() + wide;
            Values.array[later(1).await()] = "s";
            Values.array[1] += later("t").await();
            long x = 4;
            x += later(2).await() * 1.5;
            int pre = ++a[later(0).await()] + a[later(0).await()]++;
            return Arrays.toString(a) + i + field + wide + Values.array[1] + x + pre;
        };
    }

    static AsyncCallable<?> evaluationOrder() {
        return () ->
                trace("a")
                        + later(trace("b")).await()
                        + trace("c")
                        + later(trace("d")).await()
                        + List.of(trace(1), later(trace(2)).await(), trace(3));
    }

    static AsyncCallable<?> arithmetic() {
        return () -> {
            int i = later(7).await() * later(3).await() - later(20).await() % later(6).await();
            long l = later(1L << 33).await() / later(3L).await() ^ later(5L).await() >> 1;
            float f = later(1.5f).await() - later(2f).await() * -later(3f).await();
            double d = later(1.5).await() % later(0.4).await() + (later(2.0).await() > 1 ? 1 : 0);
            boolean c = later(1L).await() < later(2L).await() & later(1f).await() >= 1;
            return i + "," + l + "," + f + "," + d + "," + c + ~later(5).await();
        };
    }

    static AsyncCallable<?> concatenation() {
        return () -> {
            char c = 'c';
            String text = "a" + later(1).await() + c + later(2L).await() + null + 1.5f;
            text += later(text.length()).await() + "\u0001" + later("\u0002").await();
            return text
                    + """
                    block %s
                    """
                            .formatted(later("text").await());
        };
    }

    static AsyncCallable<?> nulls() {
        return () -> {
            String s = null;
            Object o = null;
            String copy = s;
            later(0).await();
            String joined = s + copy + o + later((String) null).await();
            s = "now" + later(1).await();
            Integer boxed = later(1).await() > 1 ? 5 : null;
            later(0).await();
            return joined + s + copy + boxed + Values.<Object>first(null, later("x").await());
        };
    }

    static <T> T first(T a, Object b) {
        return a;
    }

    static AsyncCallable<?> nullMergesWithString() {
        return () -> {
            String s = null;
            for (int i = 0; i < 3; i++) {
                later(i).await();
                if (i == 1) {
                    s = "set" + later(i).await();
                }
                trace(s);
            }
            int number = 4;
            later(number).await();
            return s + number;
        };
    }

    static AsyncCallable<?> boxing() {
        return () -> {
            Integer boxed = later(5).await();
            boxed++;
            long sum = boxed + later(2L).await();
            Character c = later('z').await();
            char next = (char) (c + 1);
            Object mixed = later(true).await() ? 1 : "s";
            return boxed + sum + next + mixed.toString();
        };
    }

    static AsyncCallable<?> identityKept() {
        return () -> {
            Object one = new Object();
            Object two = one;
            Object[] three = {one};
            boolean same = one == first(one, later(1).await()) & two == three[later(0).await()];
            later(0).await();
            return same & one == two;
        };
    }

    static AsyncCallable<?> inferredCommonSupertypes() {
        return () -> {
            boolean flag = later(true).await();
            var builder = flag ? new StringBuilder("sb") : new StringBuffer("sf");
            Number number = flag ? Integer.valueOf(later(1).await()) : Float.valueOf(2f);
            var list = flag ? new java.util.ArrayList<>(List.of(1)) : List.of(2);
            later(0).await();
            return String.valueOf(builder) + number + list + later(builder).await();
        };
    }

    static AsyncCallable<?> generics() {
        return () -> {
            class Box<T extends Comparable<T>> {
                final T value;

                Box(T value) {
                    this.value = value;
                }

                <R> R map(java.util.function.Function<? super T, ? extends R> f) {
                    return f.apply(value);
                }
            }
            Box<String> box = new Box<>(later("boxed").await());
            Integer length = box.map(String::length) + later(1).await();
            return box.value.compareTo(later("a").await()) + length;
        };
    }

    static AsyncCallable<?> varargs() {
        return () ->
                String.format("%s %s %s", later(1).await(), "two", later(3L).await())
                        + Arrays.asList(later("a").await(), later("b").await())
                        + mixed(1, 2, 3, later(4).await(), 5, 6);
    }

    static AsyncCallable<?> floatingConstants() {
        return () -> {
            double nan = Double.longBitsToDouble(0x7ff4000000000123L);
            float negative = -0f;
            later(0).await();
            return Double.isNaN(nan) + "" + (1 / negative) + Double.MIN_VALUE + Float.NaN;
        };
    }

    static AsyncCallable<?> nothingAwaited() {
        return () -> "plain" + trace(1);
    }

    static AsyncCallable<?> beginsWithFailure() {
        return () -> {
            if (trace(true)) {
                throw new IllegalStateException("first");
            }
            return later(1).await();
        };
    }
}
