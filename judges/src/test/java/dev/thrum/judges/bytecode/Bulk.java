package dev.thrum.judges.bytecode;

import dev.thrum.weave.Awaits;
import dev.thrum.weave.Hierarchy;
import dev.thrum.weave.Names;
import dev.thrum.weave.WeaveException;
import dev.thrum.weave.Weaver;
import dev.thrum.weave.code.MethodCode;
import dev.thrum.weave.emit.LinkedAccess;
import dev.thrum.weave.emit.Machine;
import dev.thrum.weave.emit.Reach;
import dev.thrum.weave.emit.Suspension;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassHierarchyResolver;
import java.lang.classfile.ClassHierarchyResolver.ClassHierarchyInfo;
import java.lang.classfile.ClassModel;
import java.lang.classfile.MethodModel;
import java.lang.classfile.Opcode;
import java.lang.classfile.instruction.InvokeInstruction;
import java.lang.constant.ClassDesc;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Weaves all methods of many class files, with awaits where they hurt, and has both verifiers judge
 * the machines: that of the class-file API and, in a loader that is thrown away, that of the JVM.
 */
final class Bulk {

    /** Machines per loader: a loader keeps what the verifier made it load. */
    private static final int PER_LOADER = 4000;

    private final ClassLoader library;
    private final @Nullable String packageForMachines;
    private final ClassFile files;
    private final List<String> failures = new ArrayList<>();
    private final Map<String, Integer> reasons = new TreeMap<>();
    private Definer definer;
    private int classes;
    private int methods;
    private int woven;
    private int awaits;
    private int refused;
    private int notEligible;
    private int verifiedByTheJvm;
    private int notLinked;

    /**
     * Prepares the judge.
     *
     * @param library finds the class files
     * @param packageForMachines where machines go, internal name with a slash at its end; null:
     *     beside their hosts, which is not allowed for those of the JDK
     */
    Bulk(ClassLoader library, @Nullable String packageForMachines) {
        this.library = library;
        this.packageForMachines = packageForMachines;
        definer = new Definer(library);
        ClassHierarchyResolver known =
                ClassHierarchyResolver.ofResourceParsing(library)
                        .orElse(ClassHierarchyResolver.defaultResolver())
                        .cached();
        files =
                ClassFile.of(
                        ClassFile.ClassHierarchyResolverOption.of(desc ->
                                desc.descriptorString().contains("$$woven")
                                        ? ClassHierarchyInfo.ofClass(Names.CD_COROUTINE)
                                        : known.getClassInfo(desc)));
    }

    private static final class Definer extends ClassLoader {
        private int defined;

        Definer(ClassLoader library) {
            super(library);
        }

        void verify(String name, byte[] bytes) throws ClassNotFoundException {
            defined++;
            defineClass(name, bytes, 0, bytes.length);
            Class.forName(name, true, this);
        }
    }

    private @Nullable ClassModel find(String internalName) {
        try (InputStream in = library.getResourceAsStream(internalName + ".class")) {
            return in == null ? null : files.parse(in.readAllBytes());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Judges every {@code stride}-th class file in a folder. */
    void checkAll(Path root, int stride) throws IOException {
        List<Path> all;
        try (Stream<Path> walk = Files.walk(root)) {
            all = walk.filter(p -> p.toString().endsWith(".class")).sorted().toList();
        }
        for (int i = 0; i < all.size(); i += stride) {
            String name = String.valueOf(all.get(i).getFileName());
            if (!name.equals("module-info.class")
                    && !name.equals("package-info.class")
                    && !all.get(i).toString().contains("META-INF")) {
                check(Files.readAllBytes(all.get(i)));
            }
        }
    }

    /** At the start, before the first call, and somewhere in between. */
    private static BitSet points(MethodCode code) {
        BitSet at = new BitSet();
        at.set(0);
        at.set(code.size() / 2);
        for (int i = 0; i < code.size(); i++) {
            if (code.at(i) instanceof InvokeInstruction) {
                at.set(i);
                break;
            }
        }
        return at;
    }

    private void check(byte[] bytes) {
        classes++;
        ClassModel original = files.parse(bytes);
        try {
            if (original.majorVersion() < 50) {
                notEligible += original.methods().size();
                return;
            }
            Insertion insertion = new Insertion(original, Bulk::points);
            ClassModel model = insertion.apply();
            int index = 0;
            for (MethodModel method : model.methods()) {
                methods++;
                if (insertion.isIn(method)) {
                    check(model, method, index++);
                } else {
                    notEligible++;
                }
            }
        } catch (RuntimeException | LinkageError crash) {
            failures.add(original.thisClass().asInternalName() + ": " + crash);
        }
    }

    private void check(ClassModel model, MethodModel method, int index) {
        String host = model.thisClass().asInternalName();
        String simple = host.replace('/', '_') + "$$woven" + index;
        String name =
                packageForMachines == null
                        ? host + "$$woven" + index
                        : packageForMachines.concat(simple);
        String where = host + "." + Insertion.key(method);
        byte[] machine;
        try {
            machine = weave(model, method, ClassDesc.ofInternalName(name));
        } catch (WeaveException refusal) {
            refused++;
            String message = String.valueOf(refusal.getMessage());
            String reason = message.substring(message.indexOf(": ") + 2);
            reasons.merge(reason.length() > 60 ? reason.substring(0, 60) : reason, 1, Integer::sum);
            return;
        } catch (RuntimeException | StackOverflowError crash) {
            failures.add(where + ": " + crash);
            return;
        }
        woven++;
        List<VerifyError> errors = files.verify(machine);
        if (!errors.isEmpty()) {
            failures.add(where + ": ClassFile.verify: " + errors.getFirst().getMessage());
        }
        define(name.replace('/', '.'), machine, where);
    }

    private void define(String name, byte[] machine, String where) {
        if (definer.defined >= PER_LOADER) {
            definer = new Definer(library);
        }
        try {
            definer.verify(name, machine);
            verifiedByTheJvm++;
        } catch (VerifyError | ClassFormatError error) {
            failures.add(where + ": JVM: " + error.getMessage());
        } catch (ClassNotFoundException | LinkageError | SecurityException missing) {
            notLinked++; // what the library was compiled with is not there
        }
    }

    private byte[] weave(ClassModel model, MethodModel method, ClassDesc name) {
        MethodCode code = MethodCode.of(model, method);
        Awaits found = new Awaits(this::find, new Hierarchy(this::find));
        List<Suspension> all = new ArrayList<>();
        for (int i = 0; i < code.size(); i++) {
            if (code.at(i).opcode() == Opcode.INVOKEINTERFACE && found.isAwait(code.at(i))) {
                all.add(Suspension.await(i));
            }
        }
        awaits += all.size();
        Reach reach = new Reach(model, this::find);
        // Every other one keeps dead variables for a debugger.
        return new Weaver(awaits % 2 == 0)
                .weave(
                        code,
                        all,
                        new Machine(name, null, false),
                        new LinkedAccess(code.hostDesc(), reach));
    }

    int woven() {
        return woven;
    }

    int refused() {
        return refused;
    }

    int verifiedByTheJvm() {
        return verifiedByTheJvm;
    }

    /** What went wrong, a line each. */
    List<String> failures() {
        return failures;
    }

    /** One line. */
    String summary() {
        return ("%d classes, %d methods: %d woven with %d awaits (%d also verified by the JVM, %d"
                        + " not for want of other classes), %d not eligible, %d refused %s, %d"
                        + " failures")
                .formatted(
                        classes,
                        methods,
                        woven,
                        awaits,
                        verifiedByTheJvm,
                        notLinked,
                        notEligible,
                        refused,
                        reasons,
                        failures.size());
    }
}
