package dev.thrum.weave.build;

import dev.thrum.weave.Names;
import java.lang.classfile.Attributes;
import java.lang.classfile.ClassBuilder;
import java.lang.classfile.ClassElement;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.lang.classfile.ClassTransform;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.CodeElement;
import java.lang.classfile.CodeModel;
import java.lang.classfile.CodeTransform;
import java.lang.classfile.Interfaces;
import java.lang.classfile.MethodModel;
import java.lang.classfile.MethodTransform;
import java.lang.classfile.attribute.CodeAttribute;
import java.lang.classfile.attribute.NestMembersAttribute;
import java.lang.classfile.attribute.StackMapTableAttribute;
import java.lang.classfile.constantpool.ClassEntry;
import java.lang.classfile.instruction.InvokeDynamicInstruction;
import java.lang.constant.ClassDesc;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * The changes to the class itself: objects of generated classes in place of lambdas, accessors, the
 * way to its machines, its new nest mates, and the mark. All else is copied.
 */
final class HostRewriter implements ClassTransform {

    private final Host host;
    private final ClassModel model;
    private final Map<String, Consumer<CodeBuilder>> dispatch;
    private final Collection<String> made;

    HostRewriter(Host host, Map<String, Consumer<CodeBuilder>> dispatch, Collection<String> made) {
        this.host = host;
        model = host.model();
        this.dispatch = dispatch;
        this.made = made;
    }

    byte[] rewrite() {
        // The frames are those of the class file: nothing is inferred, and no class is looked at.
        return ClassFile.of(ClassFile.StackMapsOption.DROP_STACK_MAPS).transformClass(model, this);
    }

    @Override
    public void accept(ClassBuilder builder, ClassElement element) {
        switch (element) {
            case MethodModel method when makesBodies(method) ->
                    builder.transformMethod(
                            method,
                            MethodTransform.transformingCode(
                                    new Bodies(method.code().orElseThrow())));
            case Interfaces _ when !dispatch.isEmpty() -> {} // written at the end
            case NestMembersAttribute _ when host.isJoined() -> {}
            default -> builder.with(element);
        }
    }

    @Override
    public void atEnd(ClassBuilder builder) {
        if (!dispatch.isEmpty()) {
            List<ClassEntry> interfaces = new ArrayList<>(model.interfaces());
            interfaces.add(builder.constantPool().classEntry(Names.CD_WOVEN_BODY));
            builder.withInterfaces(interfaces);
            new Dispatch(host, new StaticAccess(host, null)).emit(builder, dispatch);
        }
        host.accessors().emit(builder);
        if (host.isJoined()) {
            List<ClassEntry> members = new ArrayList<>();
            model.findAttribute(Attributes.nestMembers())
                    .ifPresent(nest -> members.addAll(nest.nestMembers()));
            for (String name : made) {
                members.add(builder.constantPool().classEntry(ClassDesc.ofInternalName(name)));
            }
            if (!members.isEmpty()) {
                builder.with(NestMembersAttribute.of(members));
            }
        }
        builder.with(WovenMark.MARK);
    }

    private boolean makesBodies(MethodModel method) {
        CodeModel code = method.code().orElse(null);
        if (code != null) {
            for (CodeElement element : code) {
                if (element instanceof InvokeDynamicInstruction dynamic
                        && BodySite.of(dynamic, host.hierarchy()) != null) {
                    return true;
                }
            }
        }
        return false;
    }

    private final class Bodies implements CodeTransform {
        private final CodeModel code;

        Bodies(CodeModel code) {
            this.code = code;
        }

        @Override
        public void accept(CodeBuilder builder, CodeElement element) {
            if (element instanceof StackMapTableAttribute
                    || (element instanceof InvokeDynamicInstruction dynamic
                            && host.bodies().replace(builder, dynamic))) {
                return;
            }
            builder.with(element);
        }

        @Override
        public void atEnd(CodeBuilder builder) {
            ((CodeAttribute) code)
                    .findAttribute(Attributes.stackMapTable())
                    .ifPresent(table -> builder.with(StackMapTableAttribute.of(table.entries())));
        }
    }
}
