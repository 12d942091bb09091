package dev.thrum.weave.emit;

import dev.thrum.weave.Awaits;
import dev.thrum.weave.Names;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.Instruction;
import java.lang.classfile.Opcode;
import java.lang.classfile.constantpool.ClassEntry;
import java.lang.classfile.constantpool.ConstantDynamicEntry;
import java.lang.classfile.constantpool.ConstantPoolBuilder;
import java.lang.classfile.constantpool.LoadableConstantEntry;
import java.lang.classfile.constantpool.MemberRefEntry;
import java.lang.classfile.constantpool.MethodHandleEntry;
import java.lang.classfile.instruction.ConstantInstruction;
import java.lang.classfile.instruction.FieldInstruction;
import java.lang.classfile.instruction.InvokeDynamicInstruction;
import java.lang.classfile.instruction.InvokeInstruction;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.DirectMethodHandleDesc;
import java.lang.constant.DynamicConstantDesc;
import java.lang.constant.MethodTypeDesc;
import java.lang.invoke.MethodHandleInfo;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * Access for machines that are defined while the program runs. The host cannot be changed any more,
 * so what only it may reach is called through {@code invokedynamic}: the bootstrap ({@link
 * Names#BIND}) resolves it once with the host's own rights, and the JIT inlines it.
 *
 * <p>The bootstrap's arguments are the kind of access, the host, and what the kind needs; the other
 * side is {@code dev.thrum.weave.link.HostLinker}.
 */
public final class LinkedAccess implements HostAccess {

    /** Bootstraps that make the same whoever calls them, if their arguments can be reached. */
    private static final Set<String> NEUTRAL =
            Set.of("java/lang/invoke/StringConcatFactory", "java/lang/runtime/SwitchBootstraps");

    private final ClassDesc host;
    private final Reach reach;

    /**
     * Creates the access of machines to a host.
     *
     * @param host the class that the code comes from
     * @param reach what machines reach without help
     */
    public LinkedAccess(ClassDesc host, Reach reach) {
        this.host = host;
        this.reach = reach;
    }

    @Override
    public boolean reachesConstructor(ClassDesc owner, MethodTypeDesc type) {
        return reach.reaches(internalName(owner), "<init>", type.descriptorString());
    }

    @Override
    public void construct(CodeBuilder builder, ClassDesc owner, MethodTypeDesc type) {
        bind(builder, "new", type.changeReturnType(owner), "new", owner);
    }

    @Override
    public boolean replace(CodeBuilder builder, Instruction instruction) {
        if (instruction instanceof InvokeInstruction invoke) {
            return replace(builder, invoke);
        }
        if (instruction instanceof FieldInstruction field) {
            return replace(builder, field);
        }
        if (instruction instanceof InvokeDynamicInstruction dynamic) {
            return replace(builder, dynamic);
        }
        if (instruction instanceof ConstantInstruction.LoadConstantInstruction load
                && needsHost(load.constantEntry())) {
            builder.loadConstant(constant(load.constantEntry()));
            return true;
        }
        return false;
    }

    private boolean replace(CodeBuilder builder, InvokeInstruction invoke) {
        boolean special = invoke.opcode() == Opcode.INVOKESPECIAL;
        if (isLookup(invoke.method())) {
            bind(builder, "lookup", invoke.typeSymbol(), "lookup");
            return true;
        }
        if (!special && reach.reaches(invoke.method())) {
            return false;
        }
        MethodTypeDesc type = invoke.typeSymbol();
        ClassDesc owner = invoke.owner().asSymbol();
        String kind;
        if (special) {
            kind = "special";
            type = type.insertParameterTypes(0, host);
        } else if (invoke.opcode() == Opcode.INVOKESTATIC) {
            kind = "static";
        } else {
            kind = "virtual";
            type = type.insertParameterTypes(0, owner);
        }
        bind(builder, invoke.name().stringValue(), type, kind, owner);
        return true;
    }

    /** The one method that hands out the rights of whoever calls it. */
    private static boolean isLookup(MemberRefEntry method) {
        return method.name().equalsString("lookup")
                && method.owner().asInternalName().equals("java/lang/invoke/MethodHandles");
    }

    private boolean replace(CodeBuilder builder, FieldInstruction field) {
        if (reach.reaches(field.field())) {
            return false;
        }
        ClassDesc owner = field.owner().asSymbol();
        ClassDesc value = field.typeSymbol();
        String kind;
        MethodTypeDesc type;
        switch (field.opcode()) {
            case GETFIELD -> {
                kind = "get";
                type = MethodTypeDesc.of(value, owner);
            }
            case PUTFIELD -> {
                kind = "put";
                type = MethodTypeDesc.of(ConstantDescs.CD_void, owner, value);
            }
            case GETSTATIC -> {
                kind = "getstatic";
                type = MethodTypeDesc.of(value);
            }
            default -> {
                kind = "putstatic";
                type = MethodTypeDesc.of(ConstantDescs.CD_void, value);
            }
        }
        bind(builder, field.name().stringValue(), type, kind, owner);
        return true;
    }

    private boolean replace(CodeBuilder builder, InvokeDynamicInstruction dynamic) {
        List<LoadableConstantEntry> arguments = dynamic.invokedynamic().bootstrap().arguments();
        MethodHandleEntry bootstrap = dynamic.invokedynamic().bootstrap().bootstrapMethod();
        boolean lambda = Awaits.lambda(dynamic) != null;
        if (!lambda && isNeutral(bootstrap, arguments)) {
            return false;
        }
        List<ConstantDesc> passed = new ArrayList<>();
        passed.add(lambda ? "lambda" : "dynamic");
        passed.add(host);
        if (!lambda) {
            passed.add(constant(bootstrap));
        }
        for (LoadableConstantEntry argument : arguments) {
            if (lambda && argument instanceof MethodHandleEntry code && needsHost(code)) {
                // Not as a constant: to link one takes milliseconds, and bodies have many lambdas.
                passed.addAll(parts(code));
            } else {
                passed.add(constant(argument));
            }
        }
        bind(builder, dynamic.name().stringValue(), dynamic.typeSymbol(), passed);
        return true;
    }

    private boolean isNeutral(MethodHandleEntry bootstrap, List<LoadableConstantEntry> arguments) {
        if (!NEUTRAL.contains(bootstrap.reference().owner().asInternalName())) {
            return false;
        }
        for (LoadableConstantEntry argument : arguments) {
            if (needsHost(argument)) {
                return false;
            }
        }
        return true;
    }

    private boolean needsHost(LoadableConstantEntry entry) {
        if (entry instanceof MethodHandleEntry handle) {
            return handle.kind() == MethodHandleInfo.REF_invokeSpecial
                    || !reach.reaches(handle.reference());
        }
        if (entry instanceof ConstantDynamicEntry dynamic) {
            String owner =
                    dynamic.bootstrap().bootstrapMethod().reference().owner().asInternalName();
            if (!owner.equals("java/lang/invoke/ConstantBootstraps")
                    || needsHost(dynamic.bootstrap().bootstrapMethod())) {
                return true;
            }
            for (LoadableConstantEntry argument : dynamic.bootstrap().arguments()) {
                if (needsHost(argument)) {
                    return true;
                }
            }
        }
        return false;
    }

    private ConstantDesc constant(LoadableConstantEntry entry) {
        if (!needsHost(entry)) {
            return entry.constantValue();
        }
        if (entry instanceof MethodHandleEntry handle) {
            return handle(handle);
        }
        ConstantDynamicEntry dynamic = (ConstantDynamicEntry) entry;
        List<ConstantDesc> passed = new ArrayList<>();
        passed.add("constant");
        passed.add(host);
        passed.add(constant(dynamic.bootstrap().bootstrapMethod()));
        for (LoadableConstantEntry argument : dynamic.bootstrap().arguments()) {
            passed.add(constant(argument));
        }
        return DynamicConstantDesc.ofNamed(
                Names.CONSTANT,
                dynamic.name().stringValue(),
                dynamic.typeSymbol(),
                passed.toArray(new ConstantDesc[0]));
    }

    /** A method handle by the parts of its constant; the host's lookup makes it. */
    private ConstantDesc handle(MethodHandleEntry entry) {
        List<ConstantDesc> passed = new ArrayList<>();
        passed.add("handle");
        passed.add(host);
        passed.addAll(parts(entry));
        return DynamicConstantDesc.ofNamed(
                Names.CONSTANT,
                "handle",
                ConstantDescs.CD_MethodHandle,
                passed.toArray(new ConstantDesc[0]));
    }

    private static List<ConstantDesc> parts(MethodHandleEntry entry) {
        MemberRefEntry member = entry.reference();
        return List.of(
                entry.kind(),
                ownerOf(member),
                member.name().stringValue(),
                MethodTypeDesc.ofDescriptor(descriptor(entry.asSymbol())));
    }

    private static ClassDesc ownerOf(MemberRefEntry member) {
        ClassEntry owner = member.owner();
        return owner.asSymbol();
    }

    /** Fields are described by the type of their getter. */
    private static String descriptor(DirectMethodHandleDesc desc) {
        String descriptor = desc.lookupDescriptor();
        return descriptor.startsWith("(") ? descriptor : "()".concat(descriptor);
    }

    @Override
    public void captured(CodeBuilder builder, int bodySlot, int index, ClassDesc type) {
        builder.aload(bodySlot);
        bind(
                builder,
                "captured",
                MethodTypeDesc.of(type, ConstantDescs.CD_Object),
                "captured",
                index);
    }

    @Override
    public void initialize(CodeBuilder builder) {
        bind(builder, "initialize", Names.MT_VOID, "initialize");
    }

    private void bind(
            CodeBuilder builder,
            String name,
            MethodTypeDesc type,
            String kind,
            ConstantDesc... more) {
        List<ConstantDesc> passed = new ArrayList<>();
        passed.add(kind);
        passed.add(host);
        for (ConstantDesc next : more) {
            passed.add(next);
        }
        bind(builder, name, type, passed);
    }

    private static void bind(
            CodeBuilder builder, String name, MethodTypeDesc type, List<ConstantDesc> passed) {
        // Entry by entry: what takes descriptions streams them, by lambdas that are linked first.
        ConstantPoolBuilder pool = builder.constantPool();
        List<LoadableConstantEntry> arguments = new ArrayList<>();
        for (ConstantDesc next : passed) {
            arguments.add(pool.loadableConstantEntry(next));
        }
        builder.invokedynamic(
                pool.invokeDynamicEntry(
                        pool.bsmEntry(pool.methodHandleEntry(Names.BIND), arguments),
                        pool.nameAndTypeEntry(name, type)));
    }

    private static String internalName(ClassDesc desc) {
        String descriptor = desc.descriptorString();
        return desc.isArray() ? descriptor : descriptor.substring(1, descriptor.length() - 1);
    }
}
