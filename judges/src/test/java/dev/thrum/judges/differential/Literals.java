package dev.thrum.judges.differential;

import java.util.Random;

/** Makes constants of each type at random: literals, and new objects and arrays of literals. */
final class Literals {

    private final Random random;

    Literals(Random random) {
        this.random = random;
    }

    private boolean chance(int percent) {
        return random.nextInt(100) < percent;
    }

    String any(Type type) {
        int n = random.nextInt(12) - 2;
        return switch (type) {
            case INT -> n < 0 ? "(" + n + ")" : String.valueOf(n);
            case LONG -> "(" + n + "L)";
            case DOUBLE -> chance(5) ? "Double.NaN" : "(" + n + ".5)";
            case FLOAT -> "(" + n + ".25f)";
            case BOOLEAN -> String.valueOf(chance(50));
            case BYTE -> "((byte) " + n * 13 + ")";
            case CHAR -> "'" + (char) ('c' + n) + "'";
            case SHORT -> "((short) " + n * 1300 + ")";
            case STRING -> chance(4) ? "((String) null)" : "\"" + (char) ('c' + n) + "\"";
            case OBJECT ->
                    switch (random.nextInt(8)) {
                        case 0 -> "(Object) null";
                        case 1 -> "((Object) " + Math.abs(n) + ")";
                        case 2 -> "((Object) " + Math.abs(n) + "L)";
                        case 3 -> "((Object) new P(" + n + ", \"q\"))";
                        case 4 -> "((Object) new Circle(" + n + "))";
                        case 5 -> "((Object) Color.BLUE)";
                        default -> "((Object) \"o" + n + "\")";
                    };
            case INTEGER -> "((Integer) (" + n + "))";
            case PAIR -> "new P(" + n + ", \"p\")";
            case SHAPE ->
                    switch (random.nextInt(4)) {
                        case 0 -> "((Shape) new Circle(" + n + "))";
                        case 1 -> "((Shape) new Odd(" + n + "))";
                        case 2 -> "((Shape) null)";
                        default -> "((Shape) new Square(new P(" + n + ", \"w\"), " + n + "L))";
                    };
            case COLOR ->
                    switch (random.nextInt(10)) {
                        case 0 -> "((Color) null)";
                        case 1, 2, 3 -> "Color.RED";
                        case 4, 5, 6 -> "Color.GREEN";
                        default -> "Color.BLUE";
                    };
            case INTS -> "new int[] {1, " + n + ", 3}";
            case LONGS -> "new long[] {" + n + "L, 5L}";
            case STRINGS -> "new String[] {\"x\", \"y" + n + "\"}";
            case VOID -> "null";
        };
    }
}
