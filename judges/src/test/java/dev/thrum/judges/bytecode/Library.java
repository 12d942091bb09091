package dev.thrum.judges.bytecode;

import dev.thrum.weave.Awaits;
import dev.thrum.weave.Hierarchy;
import dev.thrum.weave.Names;
import dev.thrum.weave.WeaveException;
import dev.thrum.weave.Weaver;
import dev.thrum.weave.code.MethodCode;
import dev.thrum.weave.emit.LinkedAccess;
import dev.thrum.weave.emit.Machine;
import dev.thrum.weave.emit.MachineEmitter;
import dev.thrum.weave.emit.Reach;
import dev.thrum.weave.emit.Suspension;
import java.io.IOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.lang.classfile.ClassTransform;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.MethodModel;
import java.lang.classfile.Opcode;
import java.lang.classfile.TypeKind;
import java.lang.classfile.instruction.BranchInstruction;
import java.lang.classfile.instruction.InvokeInstruction;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * A library whose methods have been made coroutines: each awaits something pending in front of
 * every call and at every end of a loop, and is a driver now that runs its machine to the end.
 */
final class Library {

    private static final ClassDesc PENDING = ClassDesc.of(Pending.class.getName());
    private static final MethodTypeDesc RUN =
            MethodTypeDesc.of(ConstantDescs.CD_Object, Names.CD_COROUTINE);
    private static final ClassFile FILES = ClassFile.of();

    private final Map<String, byte[]> original = new TreeMap<>();
    private final Map<String, byte[]> woven = new TreeMap<>();
    private final Map<String, Integer> left = new TreeMap<>();
    private final List<String> refusals = new ArrayList<>();
    private final Awaits found = new Awaits(this::find, new Hierarchy(this::find));
    private int methods;
    private int machines;
    private int awaits;

    Library(Path jar) throws IOException {
        try (FileSystem files = FileSystems.newFileSystem(jar);
                Stream<Path> walk = Files.walk(files.getPath("/org"))) {
            for (Path file : walk.filter(p -> p.toString().endsWith(".class")).toList()) {
                String name = file.toString();
                original.put(name.substring(1, name.length() - 6), Files.readAllBytes(file));
            }
        }
        original.values().forEach(this::weave);
    }

    private ClassModel find(String internalName) {
        byte[] bytes = original.get(internalName);
        if (bytes == null) {
            try (var in = ClassLoader.getSystemResourceAsStream(internalName + ".class")) {
                bytes = in == null ? null : in.readAllBytes();
            } catch (IOException e) {
                throw new java.io.UncheckedIOException(e);
            }
        }
        return bytes == null ? null : FILES.parse(bytes);
    }

    /** In front of calls, and in front of jumps back. */
    private static BitSet points(MethodCode code) {
        BitSet at = new BitSet();
        for (int i = 0; i < code.size(); i++) {
            boolean call = code.at(i) instanceof InvokeInstruction;
            boolean back =
                    code.at(i) instanceof BranchInstruction branch
                            && code.position(branch.target()) <= i;
            at.set(i, call || back);
        }
        return at;
    }

    private void weave(byte[] bytes) {
        ClassModel before = FILES.parse(bytes);
        Insertion insertion = new Insertion(before, Library::points);
        ClassModel model = insertion.apply();
        String host = model.thisClass().asInternalName();
        Map<String, ClassDesc> names = new TreeMap<>();
        for (MethodModel method : model.methods()) {
            methods++;
            if (!insertion.isIn(method)) {
                leave(method);
                continue;
            }
            ClassDesc name = ClassDesc.ofInternalName(host + "$$woven" + names.size());
            try {
                woven.put(host + "$$woven" + names.size(), machine(model, method, name));
                names.put(Insertion.key(method), name);
                machines++;
            } catch (WeaveException refusal) {
                refusals.add(refusal.getMessage());
            }
        }
        woven.put(host, drivers(before, names));
    }

    private void leave(MethodModel method) {
        int flags = method.flags().flagsMask();
        String why =
                method.code().isEmpty()
                        ? "without code"
                        : method.methodName().stringValue().startsWith("<")
                                ? "constructors and initialisers"
                                : (flags & ClassFile.ACC_SYNCHRONIZED) != 0
                                        ? "synchronized"
                                        : "without calls and loops";
        left.merge(why, 1, Integer::sum);
    }

    private byte[] machine(ClassModel model, MethodModel method, ClassDesc name) {
        MethodCode code = MethodCode.of(model, method);
        List<Suspension> all = new ArrayList<>();
        for (int i = 0; i < code.size(); i++) {
            if (code.at(i).opcode() == Opcode.INVOKEINTERFACE && found.isAwait(code.at(i))) {
                all.add(Suspension.await(i));
            }
        }
        awaits += all.size();
        LinkedAccess access = new LinkedAccess(code.hostDesc(), new Reach(model, this::find));
        return new Weaver(false).weave(code, all, new Machine(name, null, false), access);
    }

    /** The class with methods that run their machines. */
    private static byte[] drivers(ClassModel original, Map<String, ClassDesc> names) {
        ClassDesc host = original.thisClass().asSymbol();
        ClassTransform transform =
                (builder, element) -> {
                    if (element instanceof MethodModel method
                            && names.get(Insertion.key(method)) instanceof ClassDesc machine) {
                        builder.transformMethod(
                                method,
                                (methods, part) -> {
                                    if (part instanceof java.lang.classfile.CodeModel) {
                                        methods.withCode(b -> drive(b, host, method, machine));
                                    } else {
                                        methods.with(part);
                                    }
                                });
                    } else {
                        builder.with(element);
                    }
                };
        return ClassFile.of(ClassFile.StackMapsOption.STACK_MAPS_WHEN_REQUIRED)
                .transformClass(original, transform);
    }

    private static void drive(
            CodeBuilder b, ClassDesc host, MethodModel method, ClassDesc machine) {
        MethodTypeDesc start = MachineEmitter.startType(host, method);
        int slot = 0;
        for (ClassDesc parameter : start.parameterList()) {
            TypeKind kind = TypeKind.from(parameter);
            b.loadLocal(kind, slot);
            slot += kind.slotSize();
        }
        b.invokestatic(machine, "start", start).invokestatic(PENDING, "run", RUN);
        ClassDesc result = method.methodTypeSymbol().returnType();
        if (result.equals(ConstantDescs.CD_void)) {
            b.return_();
        } else if (result.isPrimitive()) {
            unbox(b, result);
            b.return_(TypeKind.from(result));
        } else {
            b.checkcast(result).areturn();
        }
    }

    private static void unbox(CodeBuilder b, ClassDesc primitive) {
        Class<?> box =
                switch (primitive.descriptorString().charAt(0)) {
                    case 'Z' -> Boolean.class;
                    case 'B' -> Byte.class;
                    case 'C' -> Character.class;
                    case 'S' -> Short.class;
                    case 'I' -> Integer.class;
                    case 'J' -> Long.class;
                    case 'F' -> Float.class;
                    default -> Double.class;
                };
        ClassDesc desc = ClassDesc.of(box.getName());
        b.checkcast(desc)
                .invokevirtual(
                        desc, primitive.displayName() + "Value", MethodTypeDesc.of(primitive));
    }

    /** Class files as they were. */
    Map<String, byte[]> original() {
        return original;
    }

    /** Class files as they are to be loaded, and those of the machines. */
    Map<String, byte[]> woven() {
        return woven;
    }

    /** What could not be woven though it should. */
    List<String> refusals() {
        return refusals;
    }

    String summary() {
        return "%d classes, %d methods: %d woven, %d awaits inserted, %d refused, left as they are %s"
                .formatted(original.size(), methods, machines, awaits, refusals.size(), left);
    }
}
