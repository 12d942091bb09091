package dev.thrum.judges.differential;

/** The types of expressions in generated programs. */
enum Type {
    INT("int", "Integer"),
    LONG("long", "Long"),
    DOUBLE("double", "Double"),
    FLOAT("float", "Float"),
    BOOLEAN("boolean", "Boolean"),
    BYTE("byte", "Byte"),
    CHAR("char", "Character"),
    SHORT("short", "Short"),
    STRING("String", "String"),
    OBJECT("Object", "Object"),
    INTEGER("Integer", "Integer"),
    PAIR("P", "P"),
    SHAPE("Shape", "Shape"),
    COLOR("Color", "Color"),
    INTS("int[]", "int[]"),
    LONGS("long[]", "long[]"),
    STRINGS("String[]", "String[]"),
    VOID("void", "Void");

    final String java;
    final String boxed;

    Type(String java, String boxed) {
        this.java = java;
        this.boxed = boxed;
    }

    boolean isPrimitive() {
        return ordinal() <= SHORT.ordinal();
    }

    boolean isNumber() {
        return isPrimitive() && this != BOOLEAN;
    }

    boolean isIntegral() {
        return this == INT || this == BYTE || this == CHAR || this == SHORT;
    }

    boolean isArray() {
        return this == INTS || this == LONGS || this == STRINGS;
    }

    /** The simplest value. */
    String zero() {
        return switch (this) {
            case INT -> "0";
            case LONG -> "0L";
            case DOUBLE -> "0.0";
            case FLOAT -> "0f";
            case BOOLEAN -> "false";
            case BYTE -> "(byte) 0";
            case CHAR -> "'a'";
            case SHORT -> "(short) 0";
            case STRING -> "\"\"";
            case OBJECT -> "(Object) \"o\"";
            case INTEGER -> "(Integer) 0";
            case PAIR -> "new P(0, \"\")";
            case SHAPE -> "((Shape) new Circle(0))";
            case COLOR -> "Color.RED";
            case INTS -> "new int[] {0}";
            case LONGS -> "new long[] {0}";
            case STRINGS -> "new String[] {\"\"}";
            case VOID -> "null";
        };
    }
}
