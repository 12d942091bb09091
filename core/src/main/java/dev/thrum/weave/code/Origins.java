package dev.thrum.weave.code;

/** Names of methods as their authors know them. */
public final class Origins {

    private static final String LAMBDA = "lambda$";

    private Origins() {}

    /**
     * The method that a lambda stands in, by the name that compilers give to lambdas: {@code
     * lambda$checkout$0}, or {@code lambda$checkout$1a2b3c$1} if it is serializable.
     *
     * @param name the name of a method in a class file
     * @return the name in the source, such as {@code checkout}
     */
    public static String methodName(String name) {
        if (!name.startsWith(LAMBDA)) {
            return name;
        }
        String method = cut(name.substring(LAMBDA.length()), 10);
        method = cut(method, 16);
        return switch (method) {
            case "new" -> "<init>";
            case "static" -> "<clinit>";
            default -> method;
        };
    }

    /** Removes a number behind the last dollar sign, if there is one. */
    private static String cut(String name, int radix) {
        int end = name.lastIndexOf('$');
        if (end <= 0) {
            return name;
        }
        for (int i = end + 1; i < name.length(); i++) {
            if (Character.digit(name.charAt(i), radix) < 0) {
                return name;
            }
        }
        return name.substring(0, end);
    }
}
