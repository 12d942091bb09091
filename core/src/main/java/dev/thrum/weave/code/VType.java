package dev.thrum.weave.code;

import java.lang.classfile.TypeKind;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import org.jspecify.annotations.Nullable;

/**
 * A verification type (JVMS 4.10.1.2): what the verifier knows of a local variable or a value on
 * the operand stack. All integral types up to {@code int} are {@link #INT} here, as they are there.
 */
public final class VType {

    /** Nothing usable: never assigned, or half of a {@code long} or {@code double}. */
    public static final VType TOP = new VType(TypeKind.VOID, null, -1);

    /** An {@code int}, {@code boolean}, {@code byte}, {@code char} or {@code short}. */
    public static final VType INT = new VType(TypeKind.INT, ConstantDescs.CD_int, -1);

    /** A {@code float}. */
    public static final VType FLOAT = new VType(TypeKind.FLOAT, ConstantDescs.CD_float, -1);

    /** A {@code long}; takes two slots as a local variable. */
    public static final VType LONG = new VType(TypeKind.LONG, ConstantDescs.CD_long, -1);

    /** A {@code double}; takes two slots as a local variable. */
    public static final VType DOUBLE = new VType(TypeKind.DOUBLE, ConstantDescs.CD_double, -1);

    /** The {@code null} reference. */
    public static final VType NULL = new VType(TypeKind.REFERENCE, null, -1);

    private final TypeKind kind;
    private final @Nullable ClassDesc desc;
    private final int site;

    private VType(TypeKind kind, @Nullable ClassDesc desc, int site) {
        this.kind = kind;
        this.desc = desc;
        this.site = site;
    }

    /**
     * The type of a value of a field, parameter or result.
     *
     * @param desc its descriptor, not {@code void}
     * @return the verification type
     */
    public static VType of(ClassDesc desc) {
        return switch (desc.descriptorString().charAt(0)) {
            case 'Z', 'B', 'C', 'S', 'I' -> INT;
            case 'F' -> FLOAT;
            case 'J' -> LONG;
            case 'D' -> DOUBLE;
            default -> new VType(TypeKind.REFERENCE, desc, -1);
        };
    }

    /**
     * The type of a primitive value.
     *
     * @param kind its kind, neither reference nor void
     * @return the verification type
     */
    public static VType of(TypeKind kind) {
        return of(kind.upperBound());
    }

    /**
     * An object that was allocated and not yet constructed.
     *
     * @param site the index of its {@code new} instruction
     * @param desc its class
     * @return the verification type
     */
    public static VType fresh(int site, ClassDesc desc) {
        return new VType(TypeKind.REFERENCE, desc, site);
    }

    /**
     * Its kind, which tells the instructions to load and store it.
     *
     * @return the kind; {@code VOID} for {@link #TOP}
     */
    public TypeKind kind() {
        return kind;
    }

    /**
     * Its class or primitive type.
     *
     * @return the descriptor
     * @throws IllegalStateException for {@link #TOP} and {@link #NULL}
     */
    public ClassDesc desc() {
        if (desc == null) {
            throw new IllegalStateException("No class: " + this);
        }
        return desc;
    }

    /**
     * Tells whether it takes two slots.
     *
     * @return true for {@code long} and {@code double}
     */
    public boolean isWide() {
        return this == LONG || this == DOUBLE;
    }

    /**
     * Tells whether it is an object not yet constructed.
     *
     * @return true if made by {@link #fresh}
     */
    public boolean isFresh() {
        return site >= 0;
    }

    /**
     * The {@code new} instruction that it comes from.
     *
     * @return its index, -1 if it {@linkplain #isFresh() is not fresh}
     */
    public int site() {
        return site;
    }

    /**
     * The type of an array's elements, as {@code aaload} gives it.
     *
     * @return the element type; {@link #NULL} for {@link #NULL}
     */
    public VType component() {
        if (this == NULL) {
            return NULL;
        }
        ClassDesc component = desc().componentType();
        if (component == null) {
            throw new IllegalStateException("Not an array: " + this);
        }
        return of(component);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        if (this == other) {
            return true;
        }
        return other instanceof VType that
                && desc != null
                && desc.equals(that.desc)
                && site == that.site;
    }

    @Override
    public int hashCode() {
        return desc == null ? kind.hashCode() : desc.hashCode() + 31 * site;
    }

    @Override
    public String toString() {
        if (this == TOP) {
            return "top";
        }
        if (this == NULL) {
            return "null";
        }
        return isFresh()
                ? "uninitialized(" + site + ") " + desc().displayName()
                : desc().displayName();
    }
}
