package dev.thrum.weave.build;

import dev.thrum.weave.Names;
import java.lang.classfile.CodeBuilder;
import java.lang.constant.ClassDesc;
import java.lang.constant.DynamicCallSiteDesc;
import java.lang.constant.MethodTypeDesc;

/** When classes are woven, which decides how generated classes are found. */
public enum Way {
    /** By the build: they are class files beside that of their host. */
    BUILD,

    /**
     * When the host is loaded: no class loader has them, so whoever uses one defines it first, with
     * the rights of the host.
     */
    LOAD;

    /** Calls a static method of a generated class. */
    void call(CodeBuilder b, ClassDesc owner, String name, MethodTypeDesc type) {
        if (this == BUILD) {
            b.invokestatic(owner, name, type);
        } else {
            String descriptor = owner.descriptorString();
            String className = descriptor.substring(1, descriptor.length() - 1).replace('/', '.');
            b.invokedynamic(DynamicCallSiteDesc.of(Names.SITE, name, type, className));
        }
    }
}
