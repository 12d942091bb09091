package dev.thrum.weave.build;

import static java.lang.classfile.ClassFile.ACC_FINAL;
import static java.lang.classfile.ClassFile.ACC_PRIVATE;
import static java.lang.classfile.ClassFile.ACC_PUBLIC;
import static java.lang.classfile.ClassFile.ACC_STATIC;
import static java.lang.classfile.ClassFile.ACC_SUPER;
import static java.lang.classfile.ClassFile.ACC_SYNTHETIC;

import dev.thrum.weave.Names;
import dev.thrum.weave.emit.Boxing;
import java.lang.classfile.Attributes;
import java.lang.classfile.ClassBuilder;
import java.lang.classfile.ClassFile;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.Opcode;
import java.lang.classfile.TypeKind;
import java.lang.classfile.attribute.SourceFileAttribute;
import java.lang.classfile.instruction.InvokeDynamicInstruction;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;
import java.lang.invoke.MethodHandleInfo;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The classes of bodies that the source has as lambdas and method references: the captured values
 * as fields, the interface's method as a call of the code, and {@code thrum$coroutine} that makes
 * the machine.
 */
final class BodyClasses {

    private static final String FACTORY = "of";

    private final Host host;
    private final Map<BodySite, ClassDesc> names = new LinkedHashMap<>();
    private final Map<String, Integer> used = new HashMap<>();

    BodyClasses(Host host) {
        this.host = host;
    }

    /** All of them, in the order in which the host's code has them. */
    Map<BodySite, ClassDesc> all() {
        return names;
    }

    /** Gives a site its class, if it has none yet. */
    ClassDesc add(BodySite site) {
        ClassDesc known = names.get(site);
        if (known != null) {
            return known;
        }
        String part = site.implName();
        if (part.startsWith("lambda$")) {
            part = part.substring("lambda$".length());
        } else if (part.startsWith("<")) {
            part = "new";
        }
        int count = used.merge(part, 1, Integer::sum);
        String name = part + "$$body" + (count == 1 ? "" : count);
        ClassDesc made = Analysis.generated(host.model(), name);
        names.put(site, made);
        return made;
    }

    /** Makes the object of a body instead of a lambda; false if the instruction makes no body. */
    boolean replace(CodeBuilder b, InvokeDynamicInstruction dynamic) {
        BodySite site = BodySite.of(dynamic, host.hierarchy());
        if (site == null) {
            return false;
        }
        host.way().call(b, add(site), FACTORY, site.factory());
        return true;
    }

    /** The class file of a site. */
    byte[] emit(BodySite site, ClassDesc name) {
        return ClassFile.of().build(name, builder -> new Emitter(site, name).emit(builder));
    }

    private final class Emitter {
        private final BodySite site;
        private final ClassDesc name;
        private final List<ClassDesc> captured;
        private final StaticAccess access = new StaticAccess(host, null);

        Emitter(BodySite site, ClassDesc name) {
            this.site = site;
            this.name = name;
            captured = site.factory().parameterList();
        }

        void emit(ClassBuilder builder) {
            builder.withVersion(
                    Math.max(host.model().majorVersion(), ClassFile.JAVA_11_VERSION),
                    host.model().majorVersion() >= ClassFile.JAVA_11_VERSION
                            ? host.model().minorVersion()
                            : 0);
            builder.withFlags(ACC_FINAL | ACC_SUPER | ACC_SYNTHETIC);
            List<ClassDesc> interfaces = new ArrayList<>(site.interfaces());
            interfaces.add(Names.CD_WOVEN_BODY);
            builder.withInterfaceSymbols(interfaces);
            for (int i = 0; i < captured.size(); i++) {
                builder.withField(field(i), captured.get(i), ACC_PRIVATE | ACC_FINAL);
            }
            MethodTypeDesc constructor = site.factory().changeReturnType(ConstantDescs.CD_void);
            builder.withMethodBody(
                    ConstantDescs.INIT_NAME, constructor, ACC_PRIVATE, this::constructor);
            builder.withMethodBody(
                    FACTORY,
                    site.factory(),
                    ACC_STATIC,
                    b -> {
                        b.new_(name).dup();
                        loadParameters(b, 0);
                        b.invokespecial(name, ConstantDescs.INIT_NAME, constructor).areturn();
                    });
            List<MethodTypeDesc> types = new ArrayList<>(List.of(site.type()));
            for (MethodTypeDesc bridge : site.bridges()) {
                if (!types.contains(bridge)) {
                    types.add(bridge);
                }
            }
            for (MethodTypeDesc type : types) {
                builder.withMethodBody(site.name(), type, ACC_PUBLIC, b -> call(b, type));
            }
            new Dispatch(host, access).emit(builder, site, name, this::loadCaptured);
            host.model()
                    .findAttribute(Attributes.sourceFile())
                    .ifPresent(file ->
                            builder.with(SourceFileAttribute.of(file.sourceFile().stringValue())));
            access.attributes(builder);
        }

        private static String field(int index) {
            return "c" + index;
        }

        private void constructor(CodeBuilder b) {
            b.aload(0)
                    .invokespecial(ConstantDescs.CD_Object, ConstantDescs.INIT_NAME, Names.MT_VOID);
            int slot = 1;
            for (int i = 0; i < captured.size(); i++) {
                TypeKind kind = TypeKind.from(captured.get(i));
                b.aload(0).loadLocal(kind, slot).putfield(name, field(i), captured.get(i));
                slot += kind.slotSize();
            }
            b.return_();
        }

        private void loadParameters(CodeBuilder b, int first) {
            int slot = first;
            for (ClassDesc type : captured) {
                TypeKind kind = TypeKind.from(type);
                b.loadLocal(kind, slot);
                slot += kind.slotSize();
            }
        }

        private void loadCaptured(CodeBuilder b, int index, ClassDesc as) {
            b.aload(0).getfield(name, field(index), captured.get(index));
            if (!as.isPrimitive()
                    && !as.equals(captured.get(index))
                    && !as.equals(ConstantDescs.CD_Object)) {
                b.checkcast(as);
            }
        }

        /** The interface's method: calls the code as a lambda does. */
        private void call(CodeBuilder b, MethodTypeDesc type) {
            Target target = Target.of(site);
            boolean created = site.impl().kind() == MethodHandleInfo.REF_newInvokeSpecial;
            boolean direct = created && access.reachesConstructor(target.owner(), target.type());
            if (direct) {
                b.new_(target.owner()).dup();
            }
            int next = 0;
            int slot = 1;
            for (int i = 0; i < target.parameters().size(); i++) {
                ClassDesc parameter = target.parameters().get(i);
                if (i < captured.size()) {
                    loadCaptured(b, i, parameter);
                } else {
                    b.loadLocal(TypeKind.from(type.parameterType(next)), slot);
                    slot += TypeKind.from(type.parameterType(next)).slotSize();
                    convert(b, site.instantiated().parameterType(next), parameter);
                    next++;
                }
            }
            ClassDesc result = target.type().returnType();
            if (direct) {
                b.invokespecial(target.owner(), ConstantDescs.INIT_NAME, target.type());
                result = target.owner();
            } else if (created) {
                access.construct(b, target.owner(), target.type());
                result = target.owner();
            } else if (!access.invoke(
                    b,
                    target.opcode(),
                    target.owner(),
                    site.implName(),
                    target.type(),
                    target.isInterface())) {
                b.invoke(
                        target.opcode(),
                        target.owner(),
                        site.implName(),
                        target.type(),
                        target.isInterface());
            }
            give(b, result, type.returnType());
        }

        private static void give(CodeBuilder b, ClassDesc result, ClassDesc as) {
            if (as.equals(ConstantDescs.CD_void)) {
                switch (TypeKind.from(result).slotSize()) {
                    case 0 -> {}
                    case 1 -> b.pop();
                    default -> b.pop2();
                }
                b.return_();
                return;
            }
            if (as.isPrimitive()) {
                convert(b, result, as);
                b.return_(TypeKind.from(as));
                return;
            }
            Boxing.box(b, result);
            if (!result.isPrimitive() && !as.equals(ConstantDescs.CD_Object)) {
                b.checkcast(as);
            }
            b.areturn();
        }
    }

    /** Makes one value from another, as a lambda does between its interface and its code. */
    static void convert(CodeBuilder b, ClassDesc from, ClassDesc to) {
        if (from.isPrimitive()) {
            if (!to.isPrimitive()) {
                Boxing.box(b, from);
            } else if (!to.equals(from)) {
                b.conversion(TypeKind.from(from), TypeKind.from(to));
            }
            return;
        }
        if (to.isPrimitive()) {
            Boxing.unbox(b, from.equals(ConstantDescs.CD_Object) ? Boxing.boxOf(to) : from, to);
            return;
        }
        if (!from.equals(ConstantDescs.CD_Object)) {
            b.checkcast(from);
        }
        if (!to.equals(from) && !to.equals(ConstantDescs.CD_Object)) {
            b.checkcast(to);
        }
    }

    /**
     * The code of a site.
     *
     * @param owner its class
     * @param type its type
     * @param parameters its parameters, the receiver first
     * @param opcode how it is called
     * @param isInterface whether its class is an interface
     */
    record Target(
            ClassDesc owner,
            MethodTypeDesc type,
            List<ClassDesc> parameters,
            Opcode opcode,
            boolean isInterface) {

        static Target of(BodySite site) {
            ClassDesc owner = site.impl().reference().owner().asSymbol();
            MethodTypeDesc type = site.implType();
            Opcode opcode =
                    switch (site.impl().kind()) {
                        case MethodHandleInfo.REF_invokeStatic -> Opcode.INVOKESTATIC;
                        case MethodHandleInfo.REF_invokeInterface -> Opcode.INVOKEINTERFACE;
                        case MethodHandleInfo.REF_invokeVirtual -> Opcode.INVOKEVIRTUAL;
                        default -> Opcode.INVOKESPECIAL;
                    };
            boolean receives =
                    opcode != Opcode.INVOKESTATIC
                            && site.impl().kind() != MethodHandleInfo.REF_newInvokeSpecial;
            List<ClassDesc> parameters = new ArrayList<>(type.parameterList());
            if (receives) {
                parameters.addFirst(owner);
            }
            boolean isInterface =
                    site.impl().reference()
                            instanceof java.lang.classfile.constantpool.InterfaceMethodRefEntry;
            return new Target(owner, type, parameters, opcode, isInterface);
        }
    }
}
