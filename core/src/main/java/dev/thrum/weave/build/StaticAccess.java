package dev.thrum.weave.build;

import dev.thrum.weave.Names;
import dev.thrum.weave.code.MethodCode;
import dev.thrum.weave.emit.HostAccess;
import dev.thrum.weave.emit.MachineEmitter;
import java.lang.classfile.ClassBuilder;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.Instruction;
import java.lang.classfile.Label;
import java.lang.classfile.Opcode;
import java.lang.classfile.TypeKind;
import java.lang.classfile.attribute.NestHostAttribute;
import java.lang.classfile.attribute.StackMapFrameInfo;
import java.lang.classfile.attribute.StackMapFrameInfo.ObjectVerificationTypeInfo;
import java.lang.classfile.attribute.StackMapFrameInfo.SimpleVerificationTypeInfo;
import java.lang.classfile.attribute.StackMapFrameInfo.VerificationTypeInfo;
import java.lang.classfile.attribute.StackMapTableAttribute;
import java.lang.classfile.constantpool.ConstantDynamicEntry;
import java.lang.classfile.constantpool.LoadableConstantEntry;
import java.lang.classfile.constantpool.MethodHandleEntry;
import java.lang.classfile.instruction.ConstantInstruction;
import java.lang.classfile.instruction.FieldInstruction;
import java.lang.classfile.instruction.InvokeDynamicInstruction;
import java.lang.classfile.instruction.InvokeInstruction;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Access for classes that are made before their host is loaded. Those of a host that is the host of
 * its nest join that nest, and reach private members by themselves. All else is done by {@link
 * Accessors}: the host can be changed, and no other class is.
 */
final class StaticAccess implements HostAccess {

    private static final MethodTypeDesc KEEPS_DEAD = MethodTypeDesc.of(ConstantDescs.CD_boolean);

    /** Bootstraps that make the same whoever calls them. */
    private static final Set<String> NEUTRAL =
            Set.of("java/lang/invoke/StringConcatFactory", "java/lang/runtime/SwitchBootstraps");

    private final Host host;
    private final @Nullable ClassDesc twin;

    /**
     * Creates the access of a class to its host.
     *
     * @param host the host
     * @param twin for machines: the one that keeps variables for a debugger, if it is another
     */
    StaticAccess(Host host, @Nullable ClassDesc twin) {
        this.host = host;
        this.twin = twin;
    }

    @Override
    public boolean reachesConstructor(ClassDesc owner, MethodTypeDesc type) {
        return reaches(
                BodySite.internalName(owner), ConstantDescs.INIT_NAME, type.descriptorString());
    }

    private boolean reaches(String owner, String name, String type) {
        return host.isJoined()
                ? host.reach().reachesInNest(owner, name, type)
                : host.reach().reaches(owner, name, type);
    }

    @Override
    public void construct(CodeBuilder builder, ClassDesc owner, MethodTypeDesc type) {
        host.accessors()
                .call(
                        builder,
                        Accessors.key("new", owner, type),
                        type.changeReturnType(owner),
                        b -> b.new_(owner).dup(),
                        b -> b.invokespecial(owner, ConstantDescs.INIT_NAME, type));
    }

    private static void load(CodeBuilder b, MethodTypeDesc type) {
        int slot = 0;
        for (ClassDesc parameter : type.parameterList()) {
            TypeKind kind = TypeKind.from(parameter);
            b.loadLocal(kind, slot);
            slot += kind.slotSize();
        }
    }

    @Override
    public boolean replace(CodeBuilder builder, Instruction instruction) {
        if (instruction instanceof InvokeInstruction call) {
            return replace(builder, call);
        }
        if (instruction instanceof FieldInstruction field) {
            return replace(builder, field);
        }
        if (instruction instanceof InvokeDynamicInstruction dynamic) {
            return replace(builder, dynamic);
        }
        if (instruction instanceof ConstantInstruction.LoadConstantInstruction load
                && needsHost(load.constantEntry())) {
            access(builder, instruction, MethodTypeDesc.of(typeOf(load.constantEntry())));
            return true;
        }
        return false;
    }

    private static ClassDesc typeOf(LoadableConstantEntry entry) {
        return entry instanceof ConstantDynamicEntry dynamic
                ? dynamic.typeSymbol()
                : ConstantDescs.CD_MethodHandle;
    }

    /** By instruction, not by what it does: each has a linkage of its own. */
    private void access(CodeBuilder builder, Instruction instruction, MethodTypeDesc type) {
        host.accessors()
                .call(builder, List.of(new Identity(instruction)), type, b -> b.with(instruction));
    }

    private record Identity(Instruction instruction) {
        @Override
        public boolean equals(Object other) {
            return other instanceof Identity(Instruction that) && that == instruction;
        }

        @Override
        public int hashCode() {
            return System.identityHashCode(instruction);
        }
    }

    private boolean replace(CodeBuilder builder, InvokeInstruction call) {
        ClassDesc owner = call.owner().asSymbol();
        String name = call.name().stringValue();
        return invoke(builder, call.opcode(), owner, name, call.typeSymbol(), call.isInterface());
    }

    /**
     * Calls a method through an accessor, if it cannot be called directly.
     *
     * @return whether it was called
     */
    boolean invoke(
            CodeBuilder builder,
            Opcode opcode,
            ClassDesc owner,
            String name,
            MethodTypeDesc type,
            boolean isInterface) {
        boolean special = opcode == Opcode.INVOKESPECIAL;
        boolean lookup = name.equals("lookup") && owner.equals(ConstantDescs.CD_MethodHandles);
        String ownerName = BodySite.internalName(owner);
        if (!special && !lookup && reaches(ownerName, name, type.descriptorString())) {
            return false;
        }
        MethodTypeDesc shape = type;
        if (special) {
            shape = type.insertParameterTypes(0, host.desc());
        } else if (opcode != Opcode.INVOKESTATIC) {
            shape = type.insertParameterTypes(0, receiver(owner, name, type.descriptorString()));
        }
        host.accessors()
                .call(
                        builder,
                        Accessors.key(opcode + (isInterface ? "i " : " ") + name, owner, type),
                        shape,
                        b -> b.invoke(opcode, owner, name, type, isInterface));
        return true;
    }

    /** A protected member of a superclass elsewhere is reached on objects of the host only. */
    private ClassDesc receiver(ClassDesc owner, String name, String type) {
        return host.isForeignProtected(BodySite.internalName(owner), name, type)
                ? host.desc()
                : owner;
    }

    private boolean replace(CodeBuilder builder, FieldInstruction field) {
        String owner = field.owner().asInternalName();
        String name = field.name().stringValue();
        if (reaches(owner, name, field.type().stringValue())) {
            return false;
        }
        ClassDesc value = field.typeSymbol();
        ClassDesc of = receiver(field.owner().asSymbol(), name, field.type().stringValue());
        MethodTypeDesc type =
                switch (field.opcode()) {
                    case GETFIELD -> MethodTypeDesc.of(value, of);
                    case PUTFIELD -> MethodTypeDesc.of(ConstantDescs.CD_void, of, value);
                    case GETSTATIC -> MethodTypeDesc.of(value);
                    default -> MethodTypeDesc.of(ConstantDescs.CD_void, value);
                };
        host.accessors()
                .call(
                        builder,
                        Accessors.key(field.opcode() + " " + name, field.owner().asSymbol(), value),
                        type,
                        b -> b.with(field));
        return true;
    }

    private boolean replace(CodeBuilder builder, InvokeDynamicInstruction dynamic) {
        if (host.bodies().replace(builder, dynamic)) {
            return true;
        }
        boolean neutral =
                NEUTRAL.contains(
                        dynamic.invokedynamic()
                                .bootstrap()
                                .bootstrapMethod()
                                .reference()
                                .owner()
                                .asInternalName());
        for (LoadableConstantEntry argument : dynamic.invokedynamic().bootstrap().arguments()) {
            neutral &= !needsHost(argument);
        }
        if (neutral) {
            return false;
        }
        access(builder, dynamic, dynamic.typeSymbol());
        return true;
    }

    /** Those that may be reached are few, and not worth a rule. */
    private static boolean needsHost(LoadableConstantEntry entry) {
        return entry instanceof MethodHandleEntry || entry instanceof ConstantDynamicEntry;
    }

    @Override
    public void captured(CodeBuilder builder, int bodySlot, int index, ClassDesc type) {
        throw new IllegalStateException("Machines that are made ahead have factories only");
    }

    @Override
    public void initialize(CodeBuilder builder) {
        host.accessors().call(builder, List.of("initialize"), Names.MT_VOID, b -> {});
    }

    @Override
    public void start(CodeBuilder builder, ClassDesc machine, MethodTypeDesc type) {
        host.way().call(builder, machine, MachineEmitter.START, type);
    }

    @Override
    public void starting(CodeBuilder b, MethodCode code) {
        if (twin == null) {
            return;
        }
        MethodTypeDesc type = MachineEmitter.startType(code.hostDesc(), code.method());
        List<VerificationTypeInfo> locals = new ArrayList<>();
        for (ClassDesc parameter : type.parameterList()) {
            locals.add(verificationType(parameter));
        }
        Label usual = b.newLabel();
        b.invokestatic(Names.CD_WOVEN_BODIES, "keepsDead", KEEPS_DEAD).ifeq(usual);
        load(b, type);
        b.invokestatic(twin, MachineEmitter.START, type).areturn().labelBinding(usual);
        b.with(StackMapTableAttribute.of(List.of(StackMapFrameInfo.of(usual, locals, List.of()))));
    }

    private static VerificationTypeInfo verificationType(ClassDesc type) {
        return switch (TypeKind.from(type)) {
            case REFERENCE -> ObjectVerificationTypeInfo.of(type);
            case LONG -> SimpleVerificationTypeInfo.LONG;
            case DOUBLE -> SimpleVerificationTypeInfo.DOUBLE;
            case FLOAT -> SimpleVerificationTypeInfo.FLOAT;
            default -> SimpleVerificationTypeInfo.INTEGER;
        };
    }

    @Override
    public void attributes(ClassBuilder builder) {
        if (host.isJoined()) {
            builder.with(NestHostAttribute.of(host.desc()));
        }
        builder.with(WovenMark.MARK);
    }
}
