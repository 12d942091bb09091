package dev.thrum.weave.build;

import java.lang.classfile.ClassBuilder;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.TypeKind;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDesc;
import java.lang.constant.MethodTypeDesc;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Static synthetic methods of the host that do what only the host may do. Each has the stack before
 * an instruction as its parameters, executes it, and returns what is on the stack then. Without
 * lines, so that debuggers step through them.
 */
final class Accessors {

    /** What their names begin with; {@code AwaitTrace} leaves them out of traces by it. */
    static final String PREFIX = "thrum$access$";

    private final ClassDesc host;
    private final boolean isInterface;
    private final int flags;
    private final Map<List<Object>, Accessor> all = new LinkedHashMap<>();

    private record Accessor(
            String name,
            MethodTypeDesc type,
            Consumer<CodeBuilder> before,
            Consumer<CodeBuilder> code) {}

    /**
     * Starts without any.
     *
     * @param host the class that gets them
     * @param joined whether those who call them are in its nest
     */
    Accessors(ClassModel host, boolean joined) {
        this.host = host.thisClass().asSymbol();
        isInterface = (host.flags().flagsMask() & ClassFile.ACC_INTERFACE) != 0;
        int visible = joined ? ClassFile.ACC_PRIVATE : isInterface ? ClassFile.ACC_PUBLIC : 0;
        flags = visible | ClassFile.ACC_STATIC | ClassFile.ACC_SYNTHETIC;
    }

    /**
     * Calls the accessor for something; makes it when it is needed first.
     *
     * @param b where the call is to be
     * @param key what it does: equal keys share one
     * @param type the stack before and after
     * @param code the instruction
     */
    void call(CodeBuilder b, List<Object> key, MethodTypeDesc type, Consumer<CodeBuilder> code) {
        call(b, key, type, none -> {}, code);
    }

    /** As the other, with code that comes before the arguments. */
    void call(
            CodeBuilder b,
            List<Object> key,
            MethodTypeDesc type,
            Consumer<CodeBuilder> before,
            Consumer<CodeBuilder> code) {
        Accessor accessor = all.get(key);
        if (accessor == null) {
            accessor = new Accessor(PREFIX + (all.size() + 1), type, before, code);
            all.put(key, accessor);
        }
        b.invokestatic(host, accessor.name(), type, isInterface);
    }

    /** Adds all of them to the host. */
    void emit(ClassBuilder builder) {
        for (Accessor accessor : all.values()) {
            builder.withMethodBody(
                    accessor.name(),
                    accessor.type(),
                    flags,
                    b -> {
                        accessor.before().accept(b);
                        int slot = 0;
                        for (ClassDesc parameter : accessor.type().parameterList()) {
                            TypeKind kind = TypeKind.from(parameter);
                            b.loadLocal(kind, slot);
                            slot += kind.slotSize();
                        }
                        accessor.code().accept(b);
                        b.return_(TypeKind.from(accessor.type().returnType()));
                    });
        }
    }

    static List<Object> key(String what, ConstantDesc... parts) {
        List<Object> key = new ArrayList<>();
        key.add(what);
        for (ConstantDesc part : parts) {
            key.add(part);
        }
        return key;
    }
}
