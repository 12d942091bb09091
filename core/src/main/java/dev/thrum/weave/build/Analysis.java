package dev.thrum.weave.build;

import dev.thrum.weave.Awaits;
import dev.thrum.weave.Callees;
import dev.thrum.weave.Callees.Callee;
import dev.thrum.weave.ClassSource;
import dev.thrum.weave.Hierarchy;
import dev.thrum.weave.code.MethodCode;
import dev.thrum.weave.emit.MachineEmitter;
import dev.thrum.weave.emit.Reach;
import dev.thrum.weave.emit.Suspension;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.lang.classfile.CodeElement;
import java.lang.classfile.CodeModel;
import java.lang.classfile.MethodModel;
import java.lang.constant.ClassDesc;
import java.lang.constant.MethodTypeDesc;
import java.util.ArrayList;
import java.util.List;

/** Which methods of a class suspend, and where. */
final class Analysis {

    private static final String LAMBDA = "lambda$";

    /** In names: a method can be woven ahead, and again at run time for a class that was not. */
    private static final String AHEAD = "$$w";

    private final ClassModel model;
    private final Reach reach;
    private final Awaits awaits;
    private final Callees callees;

    Analysis(ClassModel model, ClassSource classes, Hierarchy hierarchy) {
        this.model = model;
        reach = new Reach(model, classes);
        awaits = new Awaits(classes, hierarchy);
        callees = new Callees(reach, awaits);
    }

    ClassModel model() {
        return model;
    }

    Reach reach() {
        return reach;
    }

    Awaits awaits() {
        return awaits;
    }

    /** Whether a method awaits, or calls one that is woven along. */
    boolean suspends(MethodModel method) {
        CodeModel code = method.code().orElse(null);
        if (code != null) {
            for (CodeElement element : code) {
                if (awaits.isAwait(element) || callees.of(element) != null) {
                    return true;
                }
            }
        }
        return false;
    }

    /**
     * The suspension points of a method; the methods that it calls at them go to {@code called}.
     */
    List<Suspension> suspensions(MethodCode code, List<Callee> called) {
        List<Suspension> suspensions = new ArrayList<>();
        for (int i = 0; i < code.size(); i++) {
            if (awaits.isAwait(code.at(i))) {
                suspensions.add(Suspension.await(i));
                continue;
            }
            Callee callee = callees.of(code.at(i));
            if (callee != null) {
                ClassDesc owner = callee.owner().thisClass().asSymbol();
                MethodTypeDesc start = MachineEmitter.startType(owner, callee.method());
                ClassDesc machine = machineOf(callee.owner(), callee.method());
                Suspension.Call call = new Suspension.Call(machine, start);
                suspensions.add(new Suspension(i, start.parameterCount(), call));
                called.add(callee);
            }
        }
        return suspensions;
    }

    /** The methods that are woven along with one, being called by it. */
    List<Callee> called(MethodModel method) {
        List<Callee> called = new ArrayList<>();
        CodeModel code = method.code().orElse(null);
        if (code != null) {
            for (CodeElement element : code) {
                Callee callee = callees.of(element);
                if (callee != null) {
                    called.add(callee);
                }
            }
        }
        return called;
    }

    /** Whether a method can get a machine at all. */
    static boolean isEligible(MethodModel method) {
        return method.code().isPresent()
                && !method.methodName().stringValue().startsWith("<")
                && (method.flags().flagsMask() & ClassFile.ACC_BRIDGE) == 0;
    }

    static boolean isLambda(MethodModel method) {
        return (method.flags().flagsMask() & ClassFile.ACC_SYNTHETIC) != 0
                && method.methodName().stringValue().startsWith(LAMBDA);
    }

    /** The name of a method's machine; it depends on nothing but the class file. */
    static ClassDesc machineOf(ClassModel owner, MethodModel method) {
        String name = part(method);
        int count = 0;
        for (MethodModel each : owner.methods()) {
            if (part(each).equals(name)) {
                count++;
            }
            if (each.methodName().equals(method.methodName())
                    && each.methodType().equals(method.methodType())) {
                break;
            }
        }
        return generated(owner, name + AHEAD + (count == 1 ? "" : count));
    }

    /** The name begins as at run time, so that traces are the same. */
    private static String part(MethodModel method) {
        String name = method.methodName().stringValue();
        return name.startsWith(LAMBDA) ? name.substring(LAMBDA.length()) : name;
    }

    /** A class beside another. */
    static ClassDesc generated(ClassModel host, String name) {
        return ClassDesc.ofInternalName(host.thisClass().asInternalName() + "$$" + name);
    }
}
