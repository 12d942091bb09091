package dev.thrum.weave.emit;

import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;

/**
 * Where a parameter of a woven method comes from when an async body is instantiated.
 *
 * @param kind the kind of source
 * @param index for captured values: which one, from 0
 * @param type for arguments: the (boxed) type to which the body's argument is cast
 */
public record Source(Kind kind, int index, ClassDesc type) {

    /** The kinds of sources. */
    public enum Kind {
        /** The body object itself. */
        SELF,
        /** A value that the body, a lambda, has captured. */
        CAPTURED,
        /** The argument of the body. */
        ARGUMENT
    }

    /** The body object itself. */
    public static final Source SELF = new Source(Kind.SELF, 0, ConstantDescs.CD_Object);

    /**
     * A value that the body has captured.
     *
     * @param index which one, from 0
     * @return the source
     */
    public static Source captured(int index) {
        return new Source(Kind.CAPTURED, index, ConstantDescs.CD_Object);
    }

    /**
     * The argument of the body.
     *
     * @param type the reference type that it has
     * @return the source
     */
    public static Source argument(ClassDesc type) {
        return new Source(Kind.ARGUMENT, 0, type);
    }
}
