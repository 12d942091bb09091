package dev.thrum.weave.emit;

import dev.thrum.weave.Awaits;
import dev.thrum.weave.ClassSource;
import dev.thrum.weave.WeaveException;
import java.lang.classfile.Attributes;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.lang.classfile.FieldModel;
import java.lang.classfile.MethodModel;
import java.lang.classfile.attribute.NestHostAttribute;
import java.lang.classfile.attribute.NestMembersAttribute;
import java.lang.classfile.constantpool.ClassEntry;
import java.lang.classfile.constantpool.MemberRefEntry;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which members a class in the host's package, but outside of its nest, can reach as the host can:
 * all but private ones of the nest, and protected ones that the host inherits from another package.
 * (Of other private members the host itself could not speak.)
 */
public final class Reach {

    private static final Set<String> OBJECT_PROTECTED =
            Set.of("clone()Ljava/lang/Object;", "finalize()V");

    private final ClassModel host;
    private final ClassSource classes;
    private final Set<String> nest = new HashSet<>();
    private @Nullable Set<String> foreignProtected;

    /**
     * Creates the rules for a host.
     *
     * @param host the class that the code comes from
     * @param classes where class files come from
     */
    public Reach(ClassModel host, ClassSource classes) {
        this.host = host;
        this.classes = classes;
        NestHostAttribute nestHost = host.findAttribute(Attributes.nestHost()).orElse(null);
        ClassModel top = nestHost == null ? host : require(nestHost.nestHost().asInternalName());
        nest.add(host.thisClass().asInternalName());
        nest.add(top.thisClass().asInternalName());
        NestMembersAttribute members = top.findAttribute(Attributes.nestMembers()).orElse(null);
        if (members != null) {
            for (ClassEntry member : members.nestMembers()) {
                nest.add(member.asInternalName());
            }
        }
    }

    /**
     * Tells whether a class is in the nest of the host.
     *
     * @param internalName the class
     * @return whether it is the host or one of its nest mates
     */
    public boolean inNest(String internalName) {
        return nest.contains(internalName);
    }

    /**
     * A class of which the weaver has to know the members.
     *
     * @param internalName its name
     * @return the class
     * @throws WeaveException if it cannot be found
     */
    public ClassModel require(String internalName) {
        if (host.thisClass().asInternalName().equals(internalName)) {
            return host;
        }
        ClassModel model = classes.find(internalName);
        if (model == null) {
            throw new WeaveException(
                    host.thisClass().asInternalName().replace('/', '.')
                            + " cannot be woven: the class file of "
                            + internalName.replace('/', '.')
                            + ", to which it belongs, was not found by its class loader.");
        }
        return model;
    }

    /**
     * Tells whether a member can be reached.
     *
     * @param member a field or method as the host's code names it
     * @return whether a machine may name it too
     */
    public boolean reaches(MemberRefEntry member) {
        return reaches(
                member.owner().asInternalName(),
                member.name().stringValue(),
                member.type().stringValue());
    }

    /**
     * Tells whether a member can be reached.
     *
     * @param owner its class, as the host's code names it
     * @param name its name
     * @param type its descriptor
     * @return whether a machine may name it too
     */
    public boolean reaches(String owner, String name, String type) {
        if (owner.startsWith("[")) {
            return true;
        }
        if (nest.contains(owner) && isPrivate(require(owner), name, type)) {
            return false;
        }
        return !foreignProtected().contains(name.concat(type));
    }

    /**
     * Tells whether a member can be reached by a class that is in the nest, too.
     *
     * @param owner its class, as the host's code names it
     * @param name its name
     * @param type its descriptor
     * @return whether a machine in the nest may name it
     */
    public boolean reachesInNest(String owner, String name, String type) {
        return owner.startsWith("[") || !foreignProtected().contains(name.concat(type));
    }

    private static boolean isPrivate(ClassModel owner, String name, String type) {
        if (type.startsWith("(")) {
            MethodModel method = Awaits.find(owner, name, type);
            return method != null && has(method.flags().flagsMask(), ClassFile.ACC_PRIVATE);
        }
        for (FieldModel field : owner.fields()) {
            if (field.fieldName().equalsString(name) && field.fieldType().equalsString(type)) {
                return has(field.flags().flagsMask(), ClassFile.ACC_PRIVATE);
            }
        }
        return false;
    }

    private Set<String> foreignProtected() {
        if (foreignProtected == null) {
            foreignProtected = collectProtected();
        }
        return foreignProtected;
    }

    /** By name and type only: to take an indirect way without need does no harm. */
    private Set<String> collectProtected() {
        Set<String> members = OBJECT_PROTECTED;
        String home = packageOf(host.thisClass().asInternalName());
        ClassEntry next = host.superclass().orElse(null);
        while (next != null && !next.asInternalName().equals("java/lang/Object")) {
            ClassModel model = require(next.asInternalName());
            if (!packageOf(next.asInternalName()).equals(home)) {
                if (members == OBJECT_PROTECTED) {
                    members = new HashSet<>(OBJECT_PROTECTED);
                }
                addProtected(model, members);
            }
            next = model.superclass().orElse(null);
        }
        return members;
    }

    private static void addProtected(ClassModel model, Set<String> members) {
        for (MethodModel method : model.methods()) {
            if (has(method.flags().flagsMask(), ClassFile.ACC_PROTECTED)) {
                members.add(
                        method.methodName()
                                .stringValue()
                                .concat(method.methodType().stringValue()));
            }
        }
        for (FieldModel field : model.fields()) {
            if (has(field.flags().flagsMask(), ClassFile.ACC_PROTECTED)) {
                members.add(
                        field.fieldName().stringValue().concat(field.fieldType().stringValue()));
            }
        }
    }

    private static String packageOf(String internalName) {
        return internalName.substring(0, Math.max(0, internalName.lastIndexOf('/')));
    }

    private static boolean has(int flags, int flag) {
        return (flags & flag) != 0;
    }
}
