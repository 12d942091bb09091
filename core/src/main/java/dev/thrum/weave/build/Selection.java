package dev.thrum.weave.build;

import dev.thrum.weave.Awaits;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.lang.classfile.CodeElement;
import java.lang.classfile.MethodModel;
import java.lang.classfile.constantpool.ClassEntry;
import java.lang.classfile.instruction.InvokeInstruction;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The method that a virtual call runs on an object of a class (JVMS 5.4.6), by class files. */
final class Selection {

    private final Host host;
    private final List<ClassModel> superclasses = new ArrayList<>();
    private final Map<String, ClassModel> interfaces = new LinkedHashMap<>();

    /**
     * A method that was found.
     *
     * @param owner the class that declares it
     * @param method the method
     */
    record Selected(ClassModel owner, MethodModel method) {}

    Selection(Host host, ClassModel start) {
        this.host = host;
        ClassModel next = start;
        while (next != null) {
            if ((next.flags().flagsMask() & ClassFile.ACC_INTERFACE) == 0) {
                superclasses.add(next);
            }
            addInterfaces(next);
            next = find(next.superclass().orElse(null));
        }
        if (superclasses.isEmpty()) {
            interfaces.put(start.thisClass().asInternalName(), start);
        }
    }

    private @Nullable ClassModel find(@Nullable ClassEntry entry) {
        return entry == null || entry.asInternalName().startsWith("java/")
                ? null
                : host.find(entry.asInternalName());
    }

    private void addInterfaces(ClassModel of) {
        for (ClassEntry entry : of.interfaces()) {
            ClassModel model = find(entry);
            if (model != null && interfaces.put(entry.asInternalName(), model) == null) {
                addInterfaces(model);
            }
        }
    }

    /** Whether the class implements an interface. */
    boolean isSubtypeOf(String name) {
        return interfaces.containsKey(name);
    }

    /** All classes that may declare its methods, interfaces last. */
    List<ClassModel> types() {
        List<ClassModel> all = new ArrayList<>(superclasses);
        all.addAll(interfaces.values());
        return all;
    }

    /**
     * How a call names a method that it was resolved to: as at run time ({@code Methods.called}).
     */
    static String called(Selected resolved, String name) {
        int visible = ClassFile.ACC_PUBLIC | ClassFile.ACC_PROTECTED | ClassFile.ACC_PRIVATE;
        return has(resolved.method(), visible)
                ? name
                : packageOf(resolved.owner()).concat("/").concat(name);
    }

    private static String packageOf(ClassModel model) {
        String name = model.thisClass().asInternalName();
        return name.substring(0, Math.max(0, name.lastIndexOf('/')));
    }

    private static boolean has(MethodModel method, int flags) {
        return (method.flags().flagsMask() & flags) != 0;
    }

    /**
     * The method behind bridges; null if it is abstract or not known.
     *
     * @param name see {@link #called}
     */
    @Nullable Selected select(String name, String type) {
        Selected selected = find(name, type);
        if (selected == null
                || (selected.method().flags().flagsMask() & ClassFile.ACC_BRIDGE) == 0) {
            return selected;
        }
        String target = bridged(selected.method(), name.substring(name.lastIndexOf('/') + 1));
        if (target == null) {
            return selected;
        }
        if (!target.equals(type)) {
            return select(name, target);
        }
        // A bridge to the same method of the superclass, which is not visible otherwise.
        ClassModel superclass = find(selected.owner().superclass().orElse(null));
        return superclass == null ? null : new Selection(host, superclass).select(name, target);
    }

    private static @Nullable String bridged(MethodModel bridge, String name) {
        for (CodeElement element : bridge.code().orElseThrow()) {
            if (element instanceof InvokeInstruction call && call.name().equalsString(name)) {
                return call.type().stringValue();
            }
        }
        return null;
    }

    /** The last of the methods that override each other, as {@code Methods.findFrom} has it. */
    private @Nullable Selected findFrom(String home, String name, String type) {
        Selected found = null;
        for (ClassModel next : superclasses.reversed()) {
            MethodModel method = Awaits.find(next, name, type);
            boolean overrides =
                    method != null
                            && !has(method, ClassFile.ACC_STATIC | ClassFile.ACC_PRIVATE)
                            && (packageOf(next).equals(home)
                                    || (found != null
                                            && has(
                                                    found.method(),
                                                    ClassFile.ACC_PUBLIC
                                                            | ClassFile.ACC_PROTECTED)));
            if (overrides && method != null) {
                found = new Selected(next, method);
            }
        }
        return found != null && found.method().code().isPresent() ? found : null;
    }

    private @Nullable Selected find(String name, String type) {
        int cut = name.lastIndexOf('/');
        if (cut >= 0) {
            return findFrom(name.substring(0, cut), name.substring(cut + 1), type);
        }
        for (ClassModel next : superclasses) {
            MethodModel method = Awaits.find(next, name, type);
            if (method != null) {
                return method.code().isPresent() ? new Selected(next, method) : null;
            }
        }
        Selected best = null;
        for (ClassModel next : interfaces.values()) {
            MethodModel method = Awaits.find(next, name, type);
            if (method != null && (best == null || isSubtype(next, best.owner()))) {
                best = new Selected(next, method);
            }
        }
        return best != null && best.method().code().isPresent() ? best : null;
    }

    private boolean isSubtype(ClassModel a, ClassModel b) {
        return new Selection(host, a).isSubtypeOf(b.thisClass().asInternalName());
    }
}
