package dev.thrum.weave.emit;

import static java.lang.classfile.ClassFile.ACC_FINAL;
import static java.lang.classfile.ClassFile.ACC_PRIVATE;
import static java.lang.classfile.ClassFile.ACC_PROTECTED;
import static java.lang.classfile.ClassFile.ACC_PUBLIC;
import static java.lang.classfile.ClassFile.ACC_STATIC;
import static java.lang.classfile.ClassFile.ACC_SUPER;
import static java.lang.classfile.ClassFile.ACC_SYNTHETIC;

import dev.thrum.weave.Awaits;
import dev.thrum.weave.Names;
import dev.thrum.weave.code.MethodCode;
import dev.thrum.weave.code.Origins;
import java.lang.classfile.ClassBuilder;
import java.lang.classfile.ClassFile;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.MethodModel;
import java.lang.classfile.TypeKind;
import java.lang.classfile.attribute.SourceFileAttribute;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Writes the class of a machine: its fields, {@code step}, how it is made, and where it comes from.
 */
public final class MachineEmitter {

    /** The factory of the machine of a method that is called. */
    public static final String START = "start";

    /** Nests and dynamic constants came with Java 11. */
    private static final int LEAST_FORMAT = ClassFile.JAVA_11_VERSION;

    private static final ClassDesc OBJECTS = ClassDesc.of("java.util.Objects");

    private static final MethodTypeDesc REQUIRE_NON_NULL =
            MethodTypeDesc.of(
                    ConstantDescs.CD_Object, ConstantDescs.CD_Object, ConstantDescs.CD_String);

    private static final int CONSTRUCTOR = 0;
    private static final int STEP = 1;
    private static final int CREATE = 2;
    private static final int FACTORY = 3;
    private static final int ORIGIN = 4;
    private static final int LINE_OF = 5;
    private static final int BODY = 6;

    private final Plan plan;
    private final MethodCode code;
    private final Machine machine;
    private final ClassDesc name;
    private final HostAccess access;

    /**
     * Prepares the writing.
     *
     * @param plan what is known of the method
     * @param machine what the machine is called, and how it is made
     * @param access how members of the host are reached
     */
    public MachineEmitter(Plan plan, Machine machine, HostAccess access) {
        this.plan = plan;
        this.machine = machine;
        this.access = access;
        code = plan.code();
        name = machine.name();
    }

    /**
     * The type of the factory of a called method's machine.
     *
     * @param owner the class that declares the method
     * @param method the method
     * @return its parameters, the receiver first, and a machine as result
     */
    public static MethodTypeDesc startType(ClassDesc owner, MethodModel method) {
        MethodTypeDesc type = method.methodTypeSymbol().changeReturnType(Names.CD_COROUTINE);
        return (method.flags().flagsMask() & ACC_STATIC) != 0
                ? type
                : type.insertParameterTypes(0, owner);
    }

    /**
     * Writes the class.
     *
     * @return its bytes, always the same for the same input
     * @throws dev.thrum.weave.WeaveException if the method becomes too large
     */
    public byte[] emit() {
        try {
            return emit(false);
        } catch (IllegalArgumentException tooFar) {
            // A jump of more than 32 KB: again, with long ones. They are rare, and slower.
            try {
                return emit(true);
            } catch (IllegalArgumentException tooLarge) {
                tooLarge.addSuppressed(tooFar);
                throw tooLarge(tooLarge);
            }
        }
    }

    private RuntimeException tooLarge(IllegalArgumentException cause) {
        RuntimeException refusal =
                code.refuse(
                        0,
                        "its state machine would be larger than a method can be (64 KB), having "
                                + plan.suspensions().size()
                                + " suspension points; move a part of it into an async block or"
                                + " method of its own");
        refusal.initCause(cause);
        return refusal;
    }

    private byte[] emit(boolean far) {
        ClassFile writer =
                ClassFile.of(
                        ClassFile.StackMapsOption.DROP_STACK_MAPS,
                        ClassFile.ShortJumpsOption.FAIL_ON_SHORT_JUMPS);
        // Classes in place of lambdas: the first body of a program should not wait for those.
        return writer.build(
                name,
                new Consumer<ClassBuilder>() {
                    @Override
                    public void accept(ClassBuilder builder) {
                        emit(builder, far);
                    }
                });
    }

    /**
     * Whether the code stands in a method that bears the name of the one it was made from, which
     * {@code step} calls: so that an exception that is caught in the very body, whose trace nobody
     * rewrites, names it.
     */
    private boolean bears() {
        return !code.method().methodName().equalsString("step");
    }

    private void step(CodeBuilder b) {
        b.aload(0).aload(1).aload(2);
        b.invokespecial(name, code.method().methodName().stringValue(), Names.MT_STEP);
        b.areturn();
    }

    private void emit(ClassBuilder builder, boolean far) {
        int major = code.host().majorVersion();
        builder.withVersion(
                Math.max(major, LEAST_FORMAT),
                major >= LEAST_FORMAT ? code.host().minorVersion() : 0);
        int visible = machine.ahead() ? ACC_PUBLIC : 0;
        builder.withFlags(visible | ACC_FINAL | ACC_SUPER | ACC_SYNTHETIC);
        builder.withSuperclass(Names.CD_COROUTINE);
        for (Map.Entry<ClassDesc, List<String>> pool : plan.layout().fields().entrySet()) {
            for (String field : pool.getValue()) {
                builder.withField(field, pool.getKey(), ACC_PRIVATE);
            }
        }
        builder.withMethodBody(
                ConstantDescs.INIT_NAME, Names.MT_VOID, 0, new Part(CONSTRUCTOR, far));
        if (bears()) {
            builder.withMethodBody(
                    code.method().methodName().stringValue(),
                    Names.MT_STEP,
                    ACC_PRIVATE | ACC_FINAL,
                    new Part(BODY, far));
            // Synthetic, as debuggers step through what the compiler has made without a stop.
            int made = ACC_PROTECTED | ACC_SYNTHETIC;
            builder.withMethodBody("step", Names.MT_STEP, made, new Part(STEP, far));
        } else {
            builder.withMethodBody("step", Names.MT_STEP, ACC_PROTECTED, new Part(BODY, far));
        }
        builder.withMethodBody("create", Names.MT_CREATE, ACC_PROTECTED, new Part(CREATE, far));
        if (machine.sources() == null) {
            MethodTypeDesc type = startType(code.hostDesc(), code.method());
            builder.withMethodBody(START, type, visible | ACC_STATIC, new Part(FACTORY, far));
        }
        builder.withMethodBody("origin", Names.MT_ORIGIN, ACC_PROTECTED, new Part(ORIGIN, far));
        builder.withMethodBody("lineOf", Names.MT_LINE_OF, ACC_PROTECTED, new Part(LINE_OF, far));
        String source = code.sourceFile();
        if (source != null) {
            builder.with(SourceFileAttribute.of(source));
        }
        access.attributes(builder);
    }

    /** Writes the code of one of the methods. */
    private final class Part implements Consumer<CodeBuilder> {
        private final int which;
        private final boolean far;

        Part(int which, boolean far) {
            this.which = which;
            this.far = far;
        }

        @Override
        public void accept(CodeBuilder b) {
            switch (which) {
                case CONSTRUCTOR -> constructor(b);
                case BODY -> new StepEmitter(plan, machine, access, b, far).emit();
                case STEP -> step(b);
                case CREATE -> create(b);
                case FACTORY -> start(b);
                case ORIGIN -> origin(b);
                default -> lineOf(b);
            }
        }
    }

    private void constructor(CodeBuilder b) {
        b.aload(0)
                .invokespecial(Names.CD_COROUTINE, ConstantDescs.INIT_NAME, Names.MT_VOID)
                .return_();
    }

    private void instantiate(CodeBuilder b) {
        b.new_(name).dup().invokespecial(name, ConstantDescs.INIT_NAME, Names.MT_VOID);
    }

    private void create(CodeBuilder b) {
        List<Source> sources = machine.sources();
        if (sources == null) {
            b.aconst_null().areturn();
            return;
        }
        instantiate(b);
        List<ClassDesc> parameters = code.parameters();
        int slot = 0;
        for (int i = 0; i < parameters.size(); i++) {
            ClassDesc type = parameters.get(i);
            for (Layout.Saved kept : plan.layout().start().locals()) {
                if (kept.slot() == slot && kept.field() != null) {
                    b.dup();
                    push(b, sources.get(i), type);
                    b.putfield(name, kept.field(), kept.type().desc());
                }
            }
            slot += TypeKind.from(type).slotSize();
        }
        b.areturn();
    }

    private void push(CodeBuilder b, Source source, ClassDesc type) {
        switch (source.kind()) {
            case SELF -> {
                b.aload(1);
                Boxing.unbox(b, type);
            }
            case CAPTURED -> access.captured(b, 1, source.index(), type);
            case ARGUMENT -> {
                b.aload(2);
                if (type.isPrimitive()) {
                    Boxing.unbox(b, source.type(), type);
                } else {
                    Boxing.unbox(b, type);
                }
            }
        }
    }

    private void start(CodeBuilder b) {
        access.starting(b, code);
        if (!machine.initializesLate() && initializes(code)) {
            access.initialize(b);
        }
        if (!code.isStatic()) {
            String method =
                    code.host().thisClass().asInternalName().replace('/', '.') + "." + code.name();
            b.aload(0)
                    .loadConstant("Cannot invoke \"" + method + "\": the receiver is null")
                    .invokestatic(OBJECTS, "requireNonNull", REQUIRE_NON_NULL)
                    .pop();
        }
        instantiate(b);
        for (Layout.Saved kept : plan.layout().start().locals()) {
            if (kept.field() != null) {
                b.dup()
                        .loadLocal(kept.type().kind(), kept.slot())
                        .putfield(name, kept.field(), kept.type().desc());
            }
        }
        b.areturn();
    }

    /**
     * Whether running the method may be what initialises its class (JVMS 5.5). Code that makes a
     * lambda runs in a class that is being initialised already, and an instance is of one, too.
     */
    static boolean initializes(MethodCode code) {
        int flags = code.method().flags().flagsMask();
        return code.isStatic() && (flags & ACC_SYNTHETIC) == 0 && hasInitializer(code);
    }

    /** A superclass other than Object may have one as well. */
    private static boolean hasInitializer(MethodCode code) {
        return Awaits.find(code.host(), "<clinit>", "()V") != null
                || code.host()
                        .superclass()
                        .filter(s -> !s.asInternalName().equals("java/lang/Object"))
                        .isPresent();
    }

    private void origin(CodeBuilder b) {
        String host = code.host().thisClass().asInternalName().replace('/', '.');
        String source = code.sourceFile();
        b.loadConstant(
                        String.join(
                                "\n",
                                host,
                                Origins.methodName(code.name()),
                                source == null ? "" : source))
                .areturn();
    }

    /** The lines are the characters of a string: a table without a class initialiser. */
    private void lineOf(CodeBuilder b) {
        StringBuilder lines = new StringBuilder();
        lines.append((char) code.line(0));
        for (Suspension suspension : plan.suspensions()) {
            lines.append((char) code.line(suspension.index()));
        }
        b.loadConstant(lines.toString())
                .iload(1)
                .invokevirtual(
                        ConstantDescs.CD_String,
                        "charAt",
                        MethodTypeDesc.of(ConstantDescs.CD_char, ConstantDescs.CD_int))
                .ireturn();
    }
}
