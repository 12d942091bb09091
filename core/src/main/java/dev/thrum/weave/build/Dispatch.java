package dev.thrum.weave.build;

import dev.thrum.weave.Awaits;
import dev.thrum.weave.Names;
import dev.thrum.weave.build.BodyClasses.Target;
import dev.thrum.weave.build.Selection.Selected;
import dev.thrum.weave.emit.Boxing;
import dev.thrum.weave.emit.MachineEmitter;
import dev.thrum.weave.link.BodyKind;
import java.lang.classfile.ClassBuilder;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.Label;
import java.lang.classfile.MethodModel;
import java.lang.classfile.Opcode;
import java.lang.classfile.attribute.StackMapFrameInfo;
import java.lang.classfile.attribute.StackMapFrameInfo.ObjectVerificationTypeInfo;
import java.lang.classfile.attribute.StackMapTableAttribute;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;
import java.lang.invoke.MethodHandleInfo;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Writes {@code thrum$coroutine(method, argument)}, the way from a body to its machine: the machine
 * of the named method, null if that has to be found out while the program runs.
 */
final class Dispatch {

    private static final ClassDesc OBJECT = ConstantDescs.CD_Object;
    private static final ClassDesc STRING = ConstantDescs.CD_String;
    private static final ClassDesc COROUTINE = Names.CD_COROUTINE;
    private static final MethodTypeDesc CHECK =
            MethodTypeDesc.of(ConstantDescs.CD_void, ConstantDescs.CD_int, OBJECT);
    private static final MethodTypeDesc PLAIN =
            MethodTypeDesc.of(COROUTINE, OBJECT, STRING, OBJECT);
    private static final MethodTypeDesc AWAITING = MethodTypeDesc.of(COROUTINE, Names.CD_ASYNC);
    private static final MethodTypeDesc DISCARDING = MethodTypeDesc.of(COROUTINE, COROUTINE);
    private static final MethodTypeDesc OF_METHOD =
            MethodTypeDesc.of(COROUTINE, OBJECT, STRING, STRING, OBJECT, OBJECT, STRING, OBJECT);

    private final Host host;
    private final StaticAccess access;

    Dispatch(Host host, StaticAccess access) {
        this.host = host;
        this.access = access;
    }

    /** Loads a captured value of a body, as a type. */
    interface Captured {
        void load(CodeBuilder b, int index, ClassDesc as);
    }

    // ---- lambdas and method references ----

    /** Writes the method of the class of a lambda or method reference. */
    void emit(ClassBuilder builder, BodySite site, ClassDesc name, Captured captured) {
        Map<String, Consumer<CodeBuilder>> cases = new LinkedHashMap<>();
        for (ClassDesc type : site.interfaces()) {
            ClassModel model = host.find(BodySite.internalName(type));
            if (model != null) {
                addKinds(new Selection(host, model), cases);
            }
        }
        for (BodyKind kind : BodyKind.values()) {
            if (kind.method().equals(site.name())
                    && kind.parameters() == site.type().parameterCount()) {
                cases.put(kind.key(), b -> code(b, site, captured));
            }
        }
        write(builder, name, cases, true);
    }

    private void code(CodeBuilder b, BodySite site, Captured captured) {
        Target target = Target.of(site);
        boolean discards =
                site.type().returnType().equals(ConstantDescs.CD_void)
                        && !target.type().returnType().equals(ConstantDescs.CD_void);
        ClassModel owner = host.find(site.implOwner());
        int kind = site.impl().kind();
        boolean virtual =
                kind == MethodHandleInfo.REF_invokeVirtual
                        || kind == MethodHandleInfo.REF_invokeInterface;
        Selected exact = owner == null ? null : exact(owner, site, virtual);
        if (kind == MethodHandleInfo.REF_newInvokeSpecial) {
            plain(b);
        } else if (virtual && isAwait(site)) {
            argument(b, site, target, 0, captured);
            b.invokestatic(Names.CD_WOVEN_BODIES, "awaiting", AWAITING);
            discard(b, discards);
        } else if (exact != null && !isWoven(exact)) {
            plain(b);
        } else if (exact != null && host.isWovenToo(exact.owner().thisClass().asInternalName())) {
            for (int i = 0; i < target.parameters().size(); i++) {
                argument(b, site, target, i, captured);
            }
            start(b, exact);
            discard(b, discards);
        } else if (virtual || target.opcode() == Opcode.INVOKESTATIC) {
            search(b, site, target, captured, virtual);
            discard(b, discards);
        } else {
            plain(b);
        }
    }

    private boolean isAwait(BodySite site) {
        return site.implName().equals(Names.AWAIT)
                && site.impl().reference().type().equalsString(Names.AWAIT_TYPE)
                && host.hierarchy().isAsync(site.implOwner());
    }

    /** The one method that the site can call, if there is one. */
    private @Nullable Selected exact(ClassModel owner, BodySite site, boolean virtual) {
        String type = site.impl().reference().type().stringValue();
        if (!virtual) {
            for (ClassModel next : new Selection(host, owner).types()) {
                MethodModel method = Awaits.find(next, site.implName(), type);
                if (method != null) {
                    return new Selected(next, method);
                }
            }
            return null;
        }
        MethodModel method = Awaits.find(owner, site.implName(), type);
        return method != null && (method.flags().flagsMask() & ClassFile.ACC_PRIVATE) != 0
                ? new Selected(owner, method)
                : null;
    }

    private boolean isWoven(Selected selected) {
        return Analysis.isEligible(selected.method())
                && host.analysis(selected.owner()).suspends(selected.method());
    }

    private void argument(
            CodeBuilder b, BodySite site, Target target, int index, Captured captured) {
        int count = site.factory().parameterCount();
        ClassDesc type = target.parameters().get(index);
        if (index < count) {
            captured.load(b, index, type);
        } else {
            b.aload(2);
            BodyClasses.convert(b, site.instantiated().parameterType(index - count), type);
        }
    }

    /** Has the method found while the program runs: by the receiver, or in its class. */
    private void search(
            CodeBuilder b, BodySite site, Target target, Captured captured, boolean virtual) {
        int next = 0;
        if (virtual) {
            argument(b, site, target, next++, captured);
        } else {
            b.loadConstant(target.owner());
        }
        b.loadConstant(called(site, virtual)).loadConstant(target.type().descriptorString());
        if (next < target.parameters().size()) {
            argument(b, site, target, next, captured);
            Boxing.box(b, target.parameters().get(next));
        } else {
            b.aconst_null();
        }
        b.aload(0).aload(1).aload(2);
        b.invokestatic(Names.CD_WOVEN_BODIES, virtual ? "virtual" : "statically", OF_METHOD);
    }

    private String called(BodySite site, boolean virtual) {
        ClassModel owner = virtual ? host.find(site.implOwner()) : null;
        Selected resolved = owner == null ? null : exact(owner, site, false);
        return resolved == null ? site.implName() : Selection.called(resolved, site.implName());
    }

    private static void plain(CodeBuilder b) {
        b.aload(0).aload(1).aload(2).invokestatic(Names.CD_WOVEN_BODIES, "plain", PLAIN);
    }

    private static void discard(CodeBuilder b, boolean discards) {
        if (discards) {
            b.invokestatic(Names.CD_WOVEN_BODIES, "discarding", DISCARDING);
        }
    }

    private void start(CodeBuilder b, Selected selected) {
        ClassDesc owner = selected.owner().thisClass().asSymbol();
        access.start(
                b,
                Analysis.machineOf(selected.owner(), selected.method()),
                MachineEmitter.startType(owner, selected.method()));
    }

    // ---- objects of classes ----

    /**
     * What objects of the host lead to.
     *
     * @return how to make machines, by method; empty if its objects are no bodies
     */
    Map<String, Consumer<CodeBuilder>> ofHost() {
        Map<String, Consumer<CodeBuilder>> cases = new LinkedHashMap<>();
        int flags = host.model().flags().flagsMask();
        if ((flags & (ClassFile.ACC_INTERFACE | ClassFile.ACC_ABSTRACT)) != 0) {
            return cases;
        }
        Selection selection = new Selection(host, host.model());
        addKinds(selection, cases);
        for (ClassModel type : selection.types()) {
            if (host.isWovenToo(type.thisClass().asInternalName())) {
                for (MethodModel method : type.methods()) {
                    addVirtual(selection, method, type, cases);
                }
            }
        }
        return cases;
    }

    private void addKinds(Selection selection, Map<String, Consumer<CodeBuilder>> cases) {
        for (BodyKind kind : BodyKind.values()) {
            if (selection.isSubtypeOf(kind.interfaceName())) {
                Selected selected = selection.select(kind.method(), kind.type());
                if (selected != null && !isWoven(selected)) {
                    cases.putIfAbsent(kind.key(), Dispatch::plain);
                } else if (selected != null && canStart(selected)) {
                    cases.putIfAbsent(kind.key(), b -> startOn(b, selected));
                }
            }
        }
    }

    private void addVirtual(
            Selection selection,
            MethodModel method,
            ClassModel owner,
            Map<String, Consumer<CodeBuilder>> cases) {
        int exact = ClassFile.ACC_STATIC | ClassFile.ACC_PRIVATE;
        if ((method.flags().flagsMask() & exact) != 0
                || method.methodTypeSymbol().parameterCount() > 1) {
            return;
        }
        String name =
                Selection.called(new Selected(owner, method), method.methodName().stringValue());
        if (name.indexOf('/') < 0 && !isWoven(new Selected(owner, method))) {
            return; // what overrides it has its own name, which is the same
        }
        String type = method.methodType().stringValue();
        Selected selected = selection.select(name, type);
        if (selected != null && isWoven(selected) && canStart(selected)) {
            cases.putIfAbsent(name.concat(type), b -> startOn(b, selected));
        }
    }

    /** An agent weaves classes one by one, and does not know what became of others. */
    private boolean canStart(Selected selected) {
        String owner = selected.owner().thisClass().asInternalName();
        return host.way() == Way.LOAD ? host.reach().inNest(owner) : host.isWovenToo(owner);
    }

    private void startOn(CodeBuilder b, Selected selected) {
        b.aload(0);
        for (ClassDesc parameter : selected.method().methodTypeSymbol().parameterList()) {
            b.aload(2);
            BodyClasses.convert(b, OBJECT, parameter);
        }
        start(b, selected);
    }

    /** Writes the method of the host. */
    void emit(ClassBuilder builder, Map<String, Consumer<CodeBuilder>> cases) {
        int flags = host.model().flags().flagsMask();
        write(builder, host.desc(), cases, (flags & ClassFile.ACC_FINAL) != 0);
    }

    private static void write(
            ClassBuilder builder,
            ClassDesc name,
            Map<String, Consumer<CodeBuilder>> cases,
            boolean isFinal) {
        builder.withMethodBody(
                Names.COROUTINE_OF,
                Names.MT_COROUTINE_OF,
                ClassFile.ACC_PUBLIC | ClassFile.ACC_SYNTHETIC,
                b -> write(b, name, cases, isFinal));
    }

    private static void write(
            CodeBuilder b,
            ClassDesc name,
            Map<String, Consumer<CodeBuilder>> cases,
            boolean isFinal) {
        Label none = b.newLabel();
        b.loadConstant(WovenMark.FORMAT)
                .aload(0)
                .invokestatic(Names.CD_WOVEN_BODIES, "check", CHECK);
        if (!isFinal) {
            // A subclass may have other methods, and was not necessarily woven.
            b.aload(0)
                    .invokevirtual(OBJECT, "getClass", MethodTypeDesc.of(ConstantDescs.CD_Class))
                    .loadConstant(name)
                    .if_acmpne(none);
        }
        List<StackMapFrameInfo> frames = new ArrayList<>();
        for (Map.Entry<String, Consumer<CodeBuilder>> next : cases.entrySet()) {
            Label other = b.newLabel();
            b.loadConstant(next.getKey())
                    .aload(1)
                    .invokevirtual(
                            STRING, "equals", MethodTypeDesc.of(ConstantDescs.CD_boolean, OBJECT))
                    .ifeq(other);
            next.getValue().accept(b);
            b.areturn().labelBinding(other);
            frames.add(frame(other, name));
        }
        b.labelBinding(none).aconst_null().areturn();
        if (!frames.isEmpty()) {
            b.with(StackMapTableAttribute.of(frames));
        }
    }

    private static StackMapFrameInfo frame(Label at, ClassDesc name) {
        return StackMapFrameInfo.of(
                at,
                List.of(
                        ObjectVerificationTypeInfo.of(name),
                        ObjectVerificationTypeInfo.of(STRING),
                        ObjectVerificationTypeInfo.of(OBJECT)),
                List.of());
    }
}
