package dev.thrum.weave.emit;

/** Names of methods as their authors know them. */
final class Origins {

    private static final String LAMBDA = "lambda$";

    private Origins() {}

    /**
     * The method that a lambda stands in, by the name that compilers give to lambdas.
     *
     * @param name the name of a method, such as {@code lambda$checkout$0}
     * @return the name in the source, such as {@code checkout}
     */
    static String methodName(String name) {
        if (!name.startsWith(LAMBDA)) {
            return name;
        }
        int end = name.indexOf('$', LAMBDA.length());
        String method = name.substring(LAMBDA.length(), end < 0 ? name.length() : end);
        return switch (method) {
            case "new" -> "<init>";
            case "static" -> "<clinit>";
            case "" -> name;
            default -> method;
        };
    }
}
