package dev.thrum.weave.build;

import dev.thrum.weave.Awaits;
import dev.thrum.weave.Callees.Callee;
import dev.thrum.weave.ClassSource;
import dev.thrum.weave.WeaveException;
import dev.thrum.weave.Weaver;
import dev.thrum.weave.code.MethodCode;
import dev.thrum.weave.emit.Machine;
import dev.thrum.weave.emit.Suspension;
import dev.thrum.weave.link.BodyKind;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.CodeElement;
import java.lang.classfile.CodeModel;
import java.lang.classfile.MethodModel;
import java.lang.classfile.constantpool.MethodHandleEntry;
import java.lang.classfile.instruction.InvokeDynamicInstruction;
import java.lang.constant.ClassDesc;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Weaves whole classes before they are loaded. It has no state: the same class files give the same
 * bytes. A class without bodies, one that is woven already, and one that cannot be woven, stays as
 * it is.
 */
public final class ClassWeaver {

    /** Lambdas, and static methods in interfaces. */
    private static final int LEAST_FORMAT = ClassFile.JAVA_8_VERSION;

    private final ClassSource classes;
    private final Way way;
    private final boolean keepDead;
    private final Predicate<String> wovenToo;

    /**
     * Creates a weaver.
     *
     * @param classes class files, as the classes that are woven see them
     * @param way when they are woven
     * @param keepDead whether machines are to keep variables as long as they are in scope. With
     *     {@link Way#BUILD} those that do are made besides those that do not, and the program
     *     chooses when it runs
     * @param wovenToo the classes of which it is known that they are woven as well, by internal
     *     name
     */
    public ClassWeaver(ClassSource classes, Way way, boolean keepDead, Predicate<String> wovenToo) {
        this.classes = classes;
        this.way = way;
        this.keepDead = keepDead;
        this.wovenToo = wovenToo;
    }

    /**
     * Weaves a class.
     *
     * @param model the class
     * @return its new bytes, those of the classes made for it, and what was refused
     */
    public WovenClass weave(ClassModel model) {
        if (model.majorVersion() < LEAST_FORMAT
                || (model.flags().flagsMask() & ClassFile.ACC_MODULE) != 0
                || WovenMark.formatOf(model) != 0) {
            return WovenClass.UNCHANGED;
        }
        return new Run(model).weave();
    }

    /** The weaving of one class. */
    private final class Run {

        private final ClassModel model;
        private final Host host;
        private final Analysis analysis;
        private final List<WeaveException> refusals = new ArrayList<>();
        private final Map<String, byte[]> made = new LinkedHashMap<>();
        private final List<Weaver.Woven> methods = new ArrayList<>();

        /** Implementations of lambdas that are no bodies, and of those that are. */
        private final Set<String> lambdas = new HashSet<>();

        private final Set<String> bodies = new HashSet<>();

        Run(ClassModel model) {
            this.model = model;
            host = new Host(model, classes, way, wovenToo);
            analysis = host.analysis();
        }

        WovenClass weave() {
            for (MethodModel method : model.methods()) {
                collect(method);
            }
            lambdas.removeAll(bodies);
            for (MethodModel method : model.methods()) {
                try {
                    if (isWoven(method)) {
                        weave(method);
                    } else if (isBody(method)) {
                        analysis.awaits().refuseNested(model, method);
                    }
                } catch (WeaveException refusal) {
                    refusals.add(refusal);
                }
            }
            if (!refusals.isEmpty()) {
                return WovenClass.refused(refusals);
            }
            Map<String, Consumer<CodeBuilder>> dispatch =
                    new Dispatch(host, new StaticAccess(host, null)).ofHost();
            if (made.isEmpty() && dispatch.isEmpty() && host.bodies().all().isEmpty()) {
                return WovenClass.UNCHANGED;
            }
            for (Map.Entry<BodySite, ClassDesc> body : host.bodies().all().entrySet()) {
                put(body.getValue(), host.bodies().emit(body.getKey(), body.getValue()));
            }
            Map<String, byte[]> all = new LinkedHashMap<>();
            byte[] changed = new HostRewriter(host, dispatch, made.keySet()).rewrite();
            all.put(model.thisClass().asInternalName(), changed);
            all.putAll(made);
            return new WovenClass(all, List.of(), methods);
        }

        private void put(ClassDesc name, byte[] bytes) {
            made.put(BodySite.internalName(name), bytes);
        }

        /** Finds the bodies that a method makes. */
        private void collect(MethodModel method) {
            CodeModel code = method.code().orElse(null);
            if (code == null) {
                return;
            }
            for (CodeElement element : code) {
                if (element instanceof InvokeDynamicInstruction dynamic) {
                    MethodHandleEntry impl = Awaits.lambda(dynamic);
                    BodySite site = BodySite.of(dynamic, host.hierarchy());
                    if (site != null) {
                        host.bodies().add(site);
                        bodies.add(key(site.impl()));
                    } else if (impl != null) {
                        lambdas.add(key(impl));
                    }
                }
            }
        }

        /** Whether a method is what an async body runs, as far as this class knows. */
        private boolean isBody(MethodModel method) {
            String name = method.methodName().stringValue();
            String type = method.methodType().stringValue();
            return bodies.contains(name + type)
                    || (BodyKind.of(name, type) != null
                            && host.hierarchy().isBody(model.thisClass().asInternalName()));
        }

        private static String key(MethodHandleEntry handle) {
            return handle.reference().name().stringValue()
                    + handle.reference().type().stringValue();
        }

        private boolean isWoven(MethodModel method) {
            String key = method.methodName().stringValue() + method.methodType().stringValue();
            return Analysis.isEligible(method)
                    && !(Analysis.isLambda(method) && lambdas.contains(key))
                    && analysis.suspends(method);
        }

        private void weave(MethodModel method) {
            ClassDesc name = Analysis.machineOf(model, method);
            MethodCode code = check(model, method);
            List<Callee> called = new ArrayList<>();
            List<Suspension> suspensions = analysis.suspensions(code, called);
            checkCalled(called);
            boolean keeps = keepDead && way == Way.LOAD;
            Weaver.Woven woven = weave(code, suspensions, name, keeps, null);
            methods.add(woven);
            byte[] machine = woven.bytes();
            if (keepDead && way == Way.BUILD) {
                byte[] keeping = weave(code, suspensions, name, true, null).bytes();
                if (!Arrays.equals(machine, keeping)) {
                    ClassDesc twin =
                            ClassDesc.ofInternalName(BodySite.internalName(name) + "$$debug");
                    machine = weave(code, suspensions, name, false, twin).bytes();
                    put(twin, weave(code, suspensions, twin, true, null).bytes());
                }
            }
            put(name, machine);
        }

        private MethodCode check(ClassModel owner, MethodModel method) {
            host.analysis(owner).awaits().refuseNested(owner, method);
            return MethodCode.of(owner, method);
        }

        /** Refuses what calls a method of another class of the nest that is refused there. */
        private void checkCalled(List<Callee> called) {
            Set<String> seen = new HashSet<>();
            List<Callee> open = new ArrayList<>(called);
            while (!open.isEmpty()) {
                Callee callee = open.removeLast();
                if (!callee.owner().equals(model) && seen.add(callee.key())) {
                    MethodCode code = check(callee.owner(), callee.method());
                    Host other = new Host(callee.owner(), classes, way, wovenToo);
                    List<Suspension> at = other.analysis(callee.owner()).suspensions(code, open);
                    new Weaver(false)
                            .weave(
                                    code,
                                    at,
                                    machine(Analysis.machineOf(callee.owner(), callee.method())),
                                    new StaticAccess(other, null));
                }
            }
        }

        private static Machine machine(ClassDesc name) {
            return new Machine(name, null, false, true);
        }

        private Weaver.Woven weave(
                MethodCode code,
                List<Suspension> suspensions,
                ClassDesc name,
                boolean keeps,
                @Nullable ClassDesc twin) {
            return new Weaver(keeps)
                    .weaveAndTell(code, suspensions, machine(name), new StaticAccess(host, twin));
        }
    }
}
