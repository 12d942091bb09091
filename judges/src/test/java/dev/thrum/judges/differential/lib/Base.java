package dev.thrum.judges.differential.lib;

/** A superclass in another package: what programs reach by inheritance only. */
public class Base {
    protected int inherited = 3;
    protected static String shared = "s";

    protected Base() {}

    protected int guarded(int x, long y) {
        Do.v(x);
        return x + (int) y;
    }

    protected static String common(String s) {
        return Do.v("common " + s);
    }

    /** Programs override it and call it through {@code super}. */
    public String over(String s, int n) {
        return Do.v("base " + s + n);
    }
}
