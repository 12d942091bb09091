package dev.thrum.weave.shapes.other;

/** A superclass in another package. */
public class Foreign implements Cloneable {

    protected int number = 5;
    protected static String text = "static";

    protected String greet(String name) {
        return "foreign " + name;
    }

    protected static int twice(int x) {
        return 2 * x;
    }

    protected static class Nested {
        public Nested() {}

        @Override
        public String toString() {
            return "nested";
        }
    }
}
