package dev.thrum.weave.build;

import dev.thrum.weave.Awaits;
import dev.thrum.weave.ClassSource;
import dev.thrum.weave.Hierarchy;
import dev.thrum.weave.emit.Reach;
import java.lang.classfile.Attributes;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.lang.classfile.FieldModel;
import java.lang.classfile.MethodModel;
import java.lang.classfile.constantpool.ClassEntry;
import java.lang.constant.ClassDesc;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** A class that is being woven, and what is known about others for it. */
final class Host {

    private final ClassModel model;
    private final ClassDesc desc;
    private final ClassSource classes;
    private final Hierarchy hierarchy;
    private final Way way;
    private final Predicate<String> wovenToo;
    private final boolean joined;
    private final Accessors accessors;
    private final BodyClasses bodies;
    private final Map<String, Analysis> analyses = new HashMap<>();

    Host(ClassModel model, ClassSource classes, Way way, Predicate<String> wovenToo) {
        this.model = model;
        this.classes =
                name ->
                        model.thisClass().asInternalName().equals(name)
                                ? model
                                : classes.find(name);
        this.way = way;
        this.wovenToo = wovenToo;
        desc = model.thisClass().asSymbol();
        hierarchy = new Hierarchy(this.classes);
        joined =
                model.majorVersion() >= ClassFile.JAVA_11_VERSION
                        && model.findAttribute(Attributes.nestHost()).isEmpty();
        accessors = new Accessors(model, joined);
        bodies = new BodyClasses(this);
    }

    ClassModel model() {
        return model;
    }

    ClassDesc desc() {
        return desc;
    }

    Hierarchy hierarchy() {
        return hierarchy;
    }

    Way way() {
        return way;
    }

    /** Whether generated classes are in the nest of the host, because it is the nest's host. */
    boolean isJoined() {
        return joined;
    }

    Accessors accessors() {
        return accessors;
    }

    BodyClasses bodies() {
        return bodies;
    }

    Analysis analysis() {
        return analysis(model);
    }

    Reach reach() {
        return analysis().reach();
    }

    Analysis analysis(ClassModel of) {
        String name = of.thisClass().asInternalName();
        Analysis known = analyses.get(name);
        if (known == null) {
            known = new Analysis(of, classes, hierarchy);
            analyses.put(name, known);
        }
        return known;
    }

    @Nullable ClassModel find(String internalName) {
        return classes.find(internalName);
    }

    /** Whether the machines of another class can be used without looking whether they are there. */
    boolean isWovenToo(String internalName) {
        return model.thisClass().asInternalName().equals(internalName)
                || reach().inNest(internalName)
                || wovenToo.test(internalName);
    }

    /** Whether a member is protected, and inherited by the host from another package. */
    boolean isForeignProtected(String owner, String name, String type) {
        String next = owner;
        while (true) {
            if (next.equals("java/lang/Object")) {
                return true; // clone and finalize: nothing else gets here
            }
            ClassModel declaring = next.startsWith("[") ? null : find(next);
            if (declaring == null) {
                return false;
            }
            int flags = flagsOf(declaring, name, type);
            if (flags >= 0) {
                return (flags & ClassFile.ACC_PROTECTED) != 0 && isSuperclass(owner);
            }
            ClassEntry superclass = declaring.superclass().orElse(null);
            if (superclass == null) {
                return false;
            }
            next = superclass.asInternalName();
        }
    }

    private boolean isSuperclass(String name) {
        ClassEntry next = model.superclass().orElse(null);
        while (next != null) {
            if (next.asInternalName().equals(name)) {
                return true;
            }
            ClassModel superclass = find(next.asInternalName());
            next = superclass == null ? null : superclass.superclass().orElse(null);
        }
        return false;
    }

    private static int flagsOf(ClassModel declaring, String name, String type) {
        MethodModel method = Awaits.find(declaring, name, type);
        if (method != null) {
            return method.flags().flagsMask();
        }
        for (FieldModel field : declaring.fields()) {
            if (field.fieldName().equalsString(name) && field.fieldType().equalsString(type)) {
                return field.flags().flagsMask();
            }
        }
        return -1;
    }
}
