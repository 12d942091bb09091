package dev.thrum.weave.link;

import dev.thrum.weave.Awaits;
import dev.thrum.weave.emit.Source;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.lang.classfile.CodeElement;
import java.lang.classfile.CodeModel;
import java.lang.classfile.MethodModel;
import java.lang.classfile.instruction.InvokeInstruction;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Finds the method that a call would run, and weaves it. */
final class Methods {

    private Methods() {}

    /**
     * A method with code.
     *
     * @param host the class that declares it
     * @param files class files, as the host sees them
     * @param model the host's class file
     * @param method the method
     */
    record Selected(Class<?> host, ClassFiles files, ClassModel model, MethodModel method) {}

    /** A body that is an object of a class with a name: its own method is woven. */
    static Link link(BodyKind kind, Object body) {
        Selected selected = select(body.getClass(), kind.method(), kind.type());
        if (selected == null) {
            return Link.Plain.PLAIN;
        }
        List<Source> sources = new ArrayList<>();
        sources.add(Source.SELF);
        if (selected.method().methodTypeSymbol().parameterCount() > 0) {
            sources.add(Source.argument(selected.method().methodTypeSymbol().parameterType(0)));
        }
        return weave(selected, sources, kind.isVoid(), null);
    }

    /**
     * How a call names a method: by its name alone, or, if the method that the call was resolved to
     * is visible in its package only, with that package in front, as in {@code shop/orders/serve}.
     * Then only methods of that package override it, and what overrides those (JVMS 5.4.5).
     */
    static String called(Selected resolved, String name) {
        int visible = ClassFile.ACC_PUBLIC | ClassFile.ACC_PROTECTED | ClassFile.ACC_PRIVATE;
        return has(resolved.method(), visible)
                ? name
                : resolved.host().getPackageName().replace('.', '/') + "/" + name;
    }

    /**
     * The method that a virtual call runs on an object of a class (JVMS 5.4.6), behind bridges.
     *
     * @param name see {@link #called}
     * @return the method; null if it has no class file of its own, or no code
     */
    static @Nullable Selected select(Class<?> receiver, String name, String type) {
        Selected selected = find(receiver, name, type);
        if (selected == null || !has(selected.method(), ClassFile.ACC_BRIDGE)) {
            return selected;
        }
        InvokeInstruction call =
                bridged(selected.method(), name.substring(name.lastIndexOf('/') + 1));
        if (call == null) {
            return selected;
        }
        String target = call.type().stringValue();
        if (target.equals(type)) {
            Class<?> superclass = selected.host().getSuperclass();
            return superclass == null ? null : select(superclass, name, target);
        }
        return select(receiver, name, target);
    }

    private static @Nullable InvokeInstruction bridged(MethodModel bridge, String name) {
        CodeModel code = bridge.code().orElse(null);
        if (code != null) {
            for (CodeElement element : code) {
                if (element instanceof InvokeInstruction call && call.name().equalsString(name)) {
                    return call;
                }
            }
        }
        return null;
    }

    /** Finds a method in a class, its superclasses and their interfaces; see {@link #called}. */
    static @Nullable Selected find(Class<?> start, String name, String type) {
        int cut = name.lastIndexOf('/');
        if (cut >= 0) {
            String home = name.substring(0, cut).replace('/', '.');
            return findFrom(start, home, name.substring(cut + 1), type);
        }
        for (Class<?> next = start; next != null; next = next.getSuperclass()) {
            if (!next.isHidden()) {
                Selected found = declared(next, name, type);
                if (found != null) {
                    return found;
                }
            }
        }
        return findDefault(start, name, type);
    }

    /**
     * The last of the methods that override each other, beginning with one that is visible in the
     * package {@code home} only; from the superclass down.
     */
    private static @Nullable Selected findFrom(
            @Nullable Class<?> start, String home, String name, String type) {
        if (start == null) {
            return null;
        }
        Selected overridden = findFrom(start.getSuperclass(), home, name, type);
        Selected own = start.isHidden() ? null : declared(start, name, type);
        int exact = ClassFile.ACC_STATIC | ClassFile.ACC_PRIVATE;
        int visible = ClassFile.ACC_PUBLIC | ClassFile.ACC_PROTECTED;
        boolean overrides =
                own != null
                        && !has(own.method(), exact)
                        && (start.getPackageName().equals(home)
                                || (overridden != null && has(overridden.method(), visible)));
        return overrides ? own : overridden;
    }

    private static @Nullable Selected declared(Class<?> owner, String name, String type) {
        ClassFiles files = new ClassFiles(owner.getClassLoader());
        ClassModel model = files.require(owner);
        MethodModel method = Awaits.find(model, name, type);
        return method == null || has(method, ClassFile.ACC_ABSTRACT)
                ? null
                : new Selected(owner, files, model, method);
    }

    /** The default method of the most specific interface. */
    private static @Nullable Selected findDefault(Class<?> start, String name, String type) {
        Selected best = null;
        for (Class<?> next = start; next != null; next = next.getSuperclass()) {
            for (Class<?> parent : next.getInterfaces()) {
                best = moreSpecific(best, findInherited(parent, name, type));
            }
        }
        return best;
    }

    private static @Nullable Selected findInherited(Class<?> owner, String name, String type) {
        Selected best = declared(owner, name, type);
        if (best == null) {
            for (Class<?> parent : owner.getInterfaces()) {
                best = moreSpecific(best, findInherited(parent, name, type));
            }
        }
        return best;
    }

    private static @Nullable Selected moreSpecific(@Nullable Selected a, @Nullable Selected b) {
        if (a == null || b == null) {
            return a == null ? b : a;
        }
        return a.host().isAssignableFrom(b.host()) ? b : a;
    }

    private static boolean has(MethodModel method, int flag) {
        return (method.flags().flagsMask() & flag) != 0;
    }

    /**
     * Weaves a method.
     *
     * @param selected the method
     * @param sources where its parameters come from
     * @param discards whether its value is dropped
     * @param body the class of lambdas that captured values are read from, if there are any
     * @return the way to run it
     */
    static Link weave(
            Selected selected, List<Source> sources, boolean discards, @Nullable Class<?> body) {
        if (selected.host().getClassLoader() == null) {
            return Link.Plain.PLAIN; // A class of the JDK.
        }
        MachineClasses machines = MachineClasses.of(selected.host().getNestHost());
        synchronized (machines) {
            if (body != null) {
                return define(selected, machines, sources, discards, body);
            }
            String key = key(selected, sources, discards);
            Link known = machines.body(key);
            if (known == null) {
                known = define(selected, machines, sources, discards, null);
                machines.rememberBody(key, known);
            }
            return known;
        }
    }

    private static Link define(
            Selected selected,
            MachineClasses machines,
            List<Source> sources,
            boolean discards,
            @Nullable Class<?> body) {
        Class<?> machine = new Group(selected, machines).link(sources, discards);
        if (machine == null) {
            return Link.Plain.PLAIN;
        }
        if (body != null) {
            MachineClasses.setBody(machine, body);
        }
        return new Link.Direct(MachineClasses.prototype(Lookups.in(selected.host()), machine));
    }

    /** A method that captures nothing is woven once, whatever refers to it. */
    private static String key(Selected selected, List<Source> sources, boolean discards) {
        StringBuilder key = new StringBuilder(selected.files().version(selected.model()));
        key.append('.').append(selected.method().methodName().stringValue());
        key.append(selected.method().methodType().stringValue());
        for (Source source : sources) {
            key.append(source.type().descriptorString());
        }
        key.append(discards);
        return key.toString();
    }
}
