package dev.thrum.weave;

import java.lang.classfile.ClassModel;
import java.lang.classfile.constantpool.ClassEntry;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Answers what a class is, from class files alone. Not thread-safe. */
public final class Hierarchy {

    private static final String OBJECT = "java/lang/Object";

    private final ClassSource classes;
    private final Map<String, Boolean> asyncs = new HashMap<>();
    private final Map<String, Boolean> bodies = new HashMap<>();

    /**
     * Creates a hierarchy.
     *
     * @param classes where class files come from
     */
    public Hierarchy(ClassSource classes) {
        this.classes = classes;
    }

    /**
     * Tells whether a type is {@code Async} or one of its subtypes, so that its {@code await()} is
     * a suspension point.
     *
     * @param internalName the type
     * @return whether it is
     */
    public boolean isAsync(String internalName) {
        return is(internalName, asyncs, false);
    }

    /**
     * Tells whether a type is an interface of async bodies, or a subtype of one.
     *
     * @param internalName the type
     * @return whether it is
     */
    public boolean isBody(String internalName) {
        return is(internalName, bodies, true);
    }

    private boolean is(String name, Map<String, Boolean> known, boolean body) {
        if (body ? Names.isBody(name) : Names.isAsync(name)) {
            return true;
        }
        if (name.startsWith("java/") || name.startsWith("[")) {
            return false;
        }
        Boolean answer = known.get(name);
        if (answer == null) {
            answer = inherits(classes.find(name), known, body);
            known.put(name, answer);
        }
        return answer;
    }

    private boolean inherits(@Nullable ClassModel model, Map<String, Boolean> known, boolean body) {
        if (model == null) {
            return false;
        }
        for (ClassEntry next : model.interfaces()) {
            if (is(next.asInternalName(), known, body)) {
                return true;
            }
        }
        ClassEntry superclass = model.superclass().orElse(null);
        return superclass != null
                && !superclass.asInternalName().equals(OBJECT)
                && is(superclass.asInternalName(), known, body);
    }
}
