package dev.thrum.weave.build;

import dev.thrum.weave.Awaits;
import dev.thrum.weave.ClassSource;
import dev.thrum.weave.Hierarchy;
import dev.thrum.weave.WeaveException;
import dev.thrum.weave.code.MethodCode;
import dev.thrum.weave.link.BodyKind;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.lang.classfile.CodeElement;
import java.lang.classfile.CodeModel;
import java.lang.classfile.MethodModel;
import java.lang.classfile.constantpool.MethodHandleEntry;
import java.lang.classfile.instruction.InvokeDynamicInstruction;
import java.lang.classfile.instruction.InvokeInstruction;
import java.lang.classfile.instruction.LineNumber;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Finds awaits that no async body reaches: code that throws as soon as it is run. It looks at all
 * classes of a project at once, since a body may refer to a method of another class.
 */
final class StrayAwaits {

    private final List<ClassModel> classes = new ArrayList<>();
    private final Hierarchy hierarchy;
    private final Map<String, Analysis> analyses = new HashMap<>();

    /** Methods that are bodies: {@code class.name(descriptor)} of those that are known exactly. */
    private final Set<String> bodies = new HashSet<>();

    /** The same without the class: those that a reference may run on any object. */
    private final Set<String> referred = new HashSet<>();

    StrayAwaits(Collection<ClassModel> classes, ClassSource source) {
        hierarchy = new Hierarchy(source);
        for (ClassModel model : classes) {
            String name = model.thisClass().asInternalName();
            try {
                analyses.put(name, new Analysis(model, source, hierarchy));
            } catch (WeaveException incomplete) {
                continue; // Its nest is not there; who weaves the class is told so.
            }
            this.classes.add(model);
        }
    }

    /**
     * Finds them.
     *
     * @return for each method that has one: where it is, why it is wrong, what to do
     */
    List<String> find() {
        for (ClassModel model : classes) {
            for (MethodModel method : model.methods()) {
                collect(model, method);
            }
        }
        Set<String> reached = reach();
        List<String> found = new ArrayList<>();
        for (ClassModel model : classes) {
            if (WovenMark.formatOf(model) != 0) {
                continue; // its awaits have been judged when it was woven
            }
            for (MethodModel method : model.methods()) {
                int line = firstAwait(analysis(model).awaits(), method);
                if (line >= 0 && !reached.contains(key(model, method))) {
                    found.add(message(model, method, line));
                }
            }
        }
        return found;
    }

    private Analysis analysis(ClassModel model) {
        Analysis analysis = analyses.get(model.thisClass().asInternalName());
        if (analysis == null) {
            throw new IllegalStateException("Not of this project: " + model.thisClass());
        }
        return analysis;
    }

    private void collect(ClassModel model, MethodModel method) {
        String host = model.thisClass().asInternalName();
        boolean woven = WovenMark.formatOf(model) != 0;
        boolean refers =
                woven
                        && (host.contains("$$")
                                || method.methodName().stringValue().startsWith(Accessors.PREFIX));
        if (hierarchy.isBody(host) && BodyKind.of(name(method), type(method)) != null) {
            referred.add(name(method) + type(method));
        }
        CodeModel code = method.code().orElse(null);
        if (code == null) {
            return;
        }
        for (CodeElement element : code) {
            if (element instanceof InvokeDynamicInstruction dynamic) {
                MethodHandleEntry impl = Awaits.lambda(dynamic);
                if (impl != null && BodySite.of(dynamic, hierarchy) != null) {
                    String member =
                            impl.reference().name().stringValue()
                                    + impl.reference().type().stringValue();
                    bodies.add(impl.reference().owner().asInternalName() + "." + member);
                    referred.add(member);
                }
            } else if (refers && element instanceof InvokeInstruction call) {
                referred.add(call.name().stringValue() + call.type().stringValue());
            }
        }
        // What a bridge calls is what runs.
        if ((method.flags().flagsMask() & ClassFile.ACC_BRIDGE) != 0 && hierarchy.isBody(host)) {
            for (CodeElement element : code) {
                if (element instanceof InvokeInstruction call
                        && call.name().equals(method.methodName())) {
                    referred.add(call.name().stringValue() + call.type().stringValue());
                }
            }
        }
    }

    private Set<String> reach() {
        Set<String> reached = new HashSet<>();
        record Open(ClassModel model, MethodModel method) {}
        List<Open> open = new ArrayList<>();
        for (ClassModel model : classes) {
            for (MethodModel method : model.methods()) {
                boolean lambda = Analysis.isLambda(method);
                String key = key(model, method);
                if (Analysis.isEligible(method)
                        && (bodies.contains(key)
                                || (!lambda && referred.contains(name(method) + type(method))))) {
                    reached.add(key);
                    open.add(new Open(model, method));
                }
            }
        }
        while (!open.isEmpty()) {
            Open next = open.removeLast();
            analysis(next.model())
                    .called(next.method())
                    .forEach(callee -> {
                        if (reached.add(key(callee.owner(), callee.method()))) {
                            open.add(new Open(callee.owner(), callee.method()));
                        }
                    });
        }
        return reached;
    }

    private static int firstAwait(Awaits awaits, MethodModel method) {
        CodeModel code = method.code().orElse(null);
        int line = 0;
        if (code != null) {
            for (CodeElement element : code) {
                if (element instanceof LineNumber number) {
                    line = number.line();
                } else if (awaits.isAwait(element)) {
                    return line;
                }
            }
        }
        return -1;
    }

    private static String message(ClassModel model, MethodModel method, int line) {
        String where = MethodCode.describe(model, method, line);
        String name = method.methodName().stringValue();
        if (name.startsWith("<")) {
            return where
                    + " awaits in a constructor or initialiser, which cannot be suspended. Await in"
                    + " an async block first, and hand the value to the constructor.";
        }
        if (Analysis.isLambda(method)) {
            return String.valueOf(Awaits.refusal(model, method, line).getMessage());
        }
        return where
                + " awaits outside of an async body: "
                + name
                + " is not one, and no body calls it. Let it return an Async, as in `return"
                + " Async.async(() -> { … x.await() … });`; or call it from a body of this class,"
                + " being private, static or final; or wait with Task.blockOn.";
    }

    private static String key(ClassModel model, MethodModel method) {
        return model.thisClass().asInternalName() + "." + name(method) + type(method);
    }

    private static String name(MethodModel method) {
        return method.methodName().stringValue();
    }

    private static String type(MethodModel method) {
        return method.methodType().stringValue();
    }
}
