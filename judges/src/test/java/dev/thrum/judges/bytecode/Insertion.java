package dev.thrum.judges.bytecode;

import dev.thrum.weave.Names;
import dev.thrum.weave.code.MethodCode;
import dev.thrum.weave.flow.Graph;
import dev.thrum.weave.flow.Monitors;
import java.lang.classfile.Attributes;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.lang.classfile.ClassTransform;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.CodeElement;
import java.lang.classfile.CodeTransform;
import java.lang.classfile.Instruction;
import java.lang.classfile.MethodModel;
import java.lang.classfile.MethodTransform;
import java.lang.classfile.Opcode;
import java.lang.classfile.attribute.CodeAttribute;
import java.lang.constant.ClassDesc;
import java.lang.constant.MethodTypeDesc;
import java.util.BitSet;
import java.util.HashMap;
import java.util.Map;

/**
 * Puts awaits into the methods of a class file. Everything else stays as its compiler wrote it; the
 * recorded frames, too, since an await leaves the stack and the locals as they are.
 */
final class Insertion {

    /** Where awaits are wanted. */
    @FunctionalInterface
    interface Points {
        /** The instructions in front of which there is to be one. */
        BitSet in(MethodCode code);
    }

    private static final ClassDesc PENDING = ClassDesc.of(Pending.class.getName());
    private static final MethodTypeDesc ONCE = MethodTypeDesc.of(Names.CD_ASYNC);

    private static final ClassFile FILES = ClassFile.of(ClassFile.StackMapsOption.DROP_STACK_MAPS);

    private final ClassModel original;
    private final Map<String, BitSet> places = new HashMap<>();
    private int awaits;

    Insertion(ClassModel original, Points points) {
        this.original = original;
        for (MethodModel method : original.methods()) {
            if (isEligible(method)) {
                BitSet at = points.in(MethodCode.of(original, method));
                exclude(method, at);
                if (!at.isEmpty()) {
                    places.put(key(method), at);
                    awaits += at.cardinality();
                }
            }
        }
    }

    /** Whether a method can be woven at all: with code, no constructor, and not synchronized. */
    static boolean isEligible(MethodModel method) {
        return method.code().isPresent()
                && !method.methodName().stringValue().startsWith("<")
                && (method.flags().flagsMask() & ClassFile.ACC_SYNCHRONIZED) == 0;
    }

    /**
     * Not where a monitor is held; and behind a {@code new} rather than before it, since recorded
     * frames know the object by the place of that instruction.
     */
    private void exclude(MethodModel method, BitSet at) {
        MethodCode code = MethodCode.of(original, method);
        Monitors monitors = new Monitors(code, new Graph(code));
        for (int i = 0; i < code.size(); i++) {
            if (at.get(i) && code.at(i).opcode() == Opcode.NEW) {
                at.clear(i);
                at.set(i + 1);
            }
            if (monitors.heldAt(i) > 0) {
                at.clear(i);
            }
        }
    }

    static String key(MethodModel method) {
        return method.methodName().stringValue() + method.methodType().stringValue();
    }

    /** How many awaits there are in all methods. */
    int awaits() {
        return awaits;
    }

    /** Whether a method has got an await. */
    boolean isIn(MethodModel method) {
        return places.containsKey(key(method));
    }

    /** The class with awaits. */
    ClassModel apply() {
        ClassTransform methods =
                (builder, element) -> {
                    if (element instanceof MethodModel method && method.code().isPresent()) {
                        BitSet at = places.getOrDefault(key(method), new BitSet());
                        builder.transformMethod(
                                method, MethodTransform.transformingCode(new Insert(method, at)));
                    } else {
                        builder.with(element);
                    }
                };
        return FILES.parse(FILES.transformClass(original, methods));
    }

    private static final class Insert implements CodeTransform {
        private final CodeAttribute code;
        private final BitSet at;
        private int index;

        Insert(MethodModel method, BitSet at) {
            code = (CodeAttribute) method.code().orElseThrow();
            this.at = at;
        }

        @Override
        public void accept(CodeBuilder builder, CodeElement element) {
            if (element instanceof Instruction && at.get(index++)) {
                builder.invokestatic(PENDING, "once", ONCE)
                        .invokeinterface(
                                Names.CD_ASYNC,
                                Names.AWAIT,
                                MethodTypeDesc.ofDescriptor(Names.AWAIT_TYPE))
                        .pop();
            }
            builder.with(element);
        }

        @Override
        public void atEnd(CodeBuilder builder) {
            code.findAttribute(Attributes.stackMapTable()).ifPresent(builder::with);
        }
    }
}
