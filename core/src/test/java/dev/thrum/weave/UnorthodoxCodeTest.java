package dev.thrum.weave;

import static org.assertj.core.api.Assertions.assertThat;

import dev.thrum.task.Async;
import dev.thrum.task.AsyncCallable;
import dev.thrum.weave.shapes.Awaiting;
import java.lang.classfile.ClassBuilder;
import java.lang.classfile.ClassFile;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.Label;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.DirectMethodHandleDesc;
import java.lang.constant.DynamicCallSiteDesc;
import java.lang.constant.DynamicConstantDesc;
import java.lang.constant.MethodHandleDesc;
import java.lang.constant.MethodTypeDesc;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Bodies that no javac writes, and that a JVM runs: objects under construction that are copied
 * about (after the unorthodox frames in EA Async's tests), and stacks shuffled around an await.
 */
@DisplayName("V4: legal bytecode of other origin")
class UnorthodoxCodeTest {

    private static final ClassDesc MAIN = ClassDesc.of("Main");
    private static final ClassDesc CD_AWAITING = ClassDesc.of(Awaiting.class.getName());
    private static final ClassDesc CD_BOX = ClassDesc.of("java.lang.StringBuilder");
    private static final MethodTypeDesc NEW_BOX =
            MethodTypeDesc.of(ConstantDescs.CD_void, ConstantDescs.CD_String);

    /** Pushes {@code (String) later(text).await()}. */
    private static void await(CodeBuilder b, String text) {
        b.loadConstant(text)
                .invokestatic(
                        CD_AWAITING,
                        "later",
                        MethodTypeDesc.of(Names.CD_ASYNC, ConstantDescs.CD_Object))
                .invokeinterface(
                        Names.CD_ASYNC, "await", MethodTypeDesc.ofDescriptor(Names.AWAIT_TYPE))
                .checkcast(ConstantDescs.CD_String);
    }

    private static void init(CodeBuilder b) {
        b.invokespecial(CD_BOX, ConstantDescs.INIT_NAME, NEW_BOX);
    }

    private static void twoAsOne(CodeBuilder b) {
        // a, b -> "ab" if both are the same object, else "different"
        Label different = b.newLabel();
        b.dup2().if_acmpne(different);
        b.invokevirtual(
                CD_BOX,
                "append",
                MethodTypeDesc.of(CD_BOX, ClassDesc.of("java.lang.CharSequence")));
        b.invokevirtual(CD_BOX, "toString", MethodTypeDesc.of(ConstantDescs.CD_String)).areturn();
        b.labelBinding(different).pop2().loadConstant("different").areturn();
    }

    /**
     * {@code Channel.unbounded().send(null).await()}, of which the call fails, with a handler that
     * protects either what leads to the await, or only that; and one around both.
     */
    private static void sendOfNull(CodeBuilder b, boolean call) {
        Label start = b.newLabel();
        Label await = b.newLabel();
        Label end = b.newLabel();
        Label handler = b.newLabel();
        Label outside = b.newLabel();
        ClassDesc channel = ClassDesc.of("dev.thrum.channel.Channel");
        b.labelBinding(start)
                .invokestatic(channel, "unbounded", MethodTypeDesc.of(channel))
                .aconst_null()
                .invokevirtual(
                        channel, "send", MethodTypeDesc.of(Names.CD_ASYNC, ConstantDescs.CD_Object))
                .labelBinding(await)
                .invokeinterface(
                        Names.CD_ASYNC, "await", MethodTypeDesc.ofDescriptor(Names.AWAIT_TYPE))
                .labelBinding(end)
                .areturn();
        b.labelBinding(handler).pop().loadConstant("caught").areturn();
        b.labelBinding(outside).pop().loadConstant("caught outside").areturn();
        b.exceptionCatchAll(call ? start : await, call ? await : end, handler);
        b.exceptionCatchAll(start, end, outside);
    }

    static Stream<Arguments> bodies() {
        return Stream.of(
                body(
                        "noCopyAtAll",
                        "done",
                        b -> {
                            b.new_(CD_BOX);
                            await(b, "x");
                            init(b);
                            b.loadConstant("done").areturn();
                        }),
                body(
                        "oneExtraCopy",
                        "xx",
                        b -> {
                            b.new_(CD_BOX).dup().dup();
                            await(b, "x");
                            init(b);
                            twoAsOne(b);
                        }),
                body(
                        "interleavedCopies",
                        "xx",
                        b -> {
                            // new, dup, 5L, dup2_x1 pop2: u L u ; then another value between copies
                            b.new_(CD_BOX).dup().loadConstant(5L).dup2_x1().pop2();
                            b.loadConstant("between").swap();
                            await(b, "x");
                            init(b);
                            // u' 5L "between"
                            b.pop().pop2().dup();
                            twoAsOne(b);
                        }),
                body(
                        "copiesInLocalsBetweenWideOnes",
                        "xx",
                        b -> {
                            b.loadConstant(1L).lstore(1);
                            b.new_(CD_BOX).dup().astore(3);
                            b.loadConstant(2.0).dstore(4);
                            b.dup().astore(6).astore(7);
                            b.aload(6);
                            await(b, "x");
                            init(b);
                            b.aload(3).aload(7);
                            twoAsOne(b);
                        }),
                body(
                        "constructedInOneBranchOfTwo",
                        "y",
                        b -> {
                            Label other = b.newLabel();
                            Label end = b.newLabel();
                            b.new_(CD_BOX).dup();
                            await(b, "");
                            b.invokevirtual(
                                    ConstantDescs.CD_String,
                                    "isEmpty",
                                    MethodTypeDesc.of(ConstantDescs.CD_boolean));
                            b.ifeq(other);
                            await(b, "y");
                            init(b);
                            b.goto_(end);
                            b.labelBinding(other).loadConstant("z");
                            init(b);
                            b.labelBinding(end)
                                    .invokevirtual(
                                            CD_BOX,
                                            "toString",
                                            MethodTypeDesc.of(ConstantDescs.CD_String))
                                    .areturn();
                        }),
                body(
                        "twoOfOneClassAtOnce",
                        "ab",
                        b -> {
                            b.new_(CD_BOX).dup();
                            await(b, "a");
                            b.new_(CD_BOX).dup_x1();
                            await(b, "b");
                            init(b);
                            // u1 u1 u2' "a"
                            b.invokestatic(
                                    MAIN,
                                    "join",
                                    MethodTypeDesc.of(
                                            ConstantDescs.CD_String,
                                            CD_BOX,
                                            ConstantDescs.CD_String));
                            init(b);
                            b.invokevirtual(
                                            CD_BOX,
                                            "toString",
                                            MethodTypeDesc.of(ConstantDescs.CD_String))
                                    .areturn();
                        }),
                body(
                        "wideValuesUnderTheAwait",
                        "7",
                        b -> {
                            b.loadConstant(3L).loadConstant(4L).dup2_x2().pop2();
                            // 4L 3L
                            await(b, "x");
                            b.pop()
                                    .ladd()
                                    .invokestatic(
                                            ConstantDescs.CD_Long,
                                            "toString",
                                            MethodTypeDesc.of(
                                                    ConstantDescs.CD_String, ConstantDescs.CD_long))
                                    .areturn();
                        }),
                body(
                        "constantsAndCallSitesOfThePrivateBootstrapsOfTheHost",
                        "MainMain",
                        b -> {
                            b.loadConstant(
                                    DynamicConstantDesc.ofNamed(
                                            bootstrap("constant", ConstantDescs.CD_Class),
                                            "c",
                                            ConstantDescs.CD_String));
                            await(b, "x");
                            b.pop();
                            b.invokedynamic(
                                    DynamicCallSiteDesc.of(
                                            bootstrap("site", ConstantDescs.CD_MethodType),
                                            "s",
                                            MethodTypeDesc.of(ConstantDescs.CD_String)));
                            b.invokevirtual(
                                            ConstantDescs.CD_String,
                                            "concat",
                                            MethodTypeDesc.of(
                                                    ConstantDescs.CD_String,
                                                    ConstantDescs.CD_String))
                                    .areturn();
                        }),
                body("aHandlerOfTheCallWhoseResultIsAwaited", "caught", b -> sendOfNull(b, true)),
                body(
                        "aHandlerOfTheAwaitBehindACallThatFails",
                        "caught outside",
                        b -> sendOfNull(b, false)),
                body(
                        "codeThatIsNeverReached",
                        "x",
                        b -> {
                            await(b, "x");
                            b.areturn();
                            await(b, "never");
                            b.areturn();
                        }));
    }

    private static DirectMethodHandleDesc bootstrap(String name, ClassDesc type) {
        return MethodHandleDesc.ofMethod(
                DirectMethodHandleDesc.Kind.STATIC,
                MAIN,
                name,
                MethodTypeDesc.of(
                        type.equals(ConstantDescs.CD_Class)
                                ? ConstantDescs.CD_Object
                                : ConstantDescs.CD_CallSite,
                        ConstantDescs.CD_MethodHandles_Lookup,
                        ConstantDescs.CD_String,
                        type));
    }

    /** The name of the class in whose name a bootstrap is called. */
    private static void lookupClass(CodeBuilder b) {
        b.aload(0)
                .invokevirtual(
                        ConstantDescs.CD_MethodHandles_Lookup,
                        "lookupClass",
                        MethodTypeDesc.of(ConstantDescs.CD_Class))
                .invokevirtual(
                        ConstantDescs.CD_Class,
                        "getName",
                        MethodTypeDesc.of(ConstantDescs.CD_String));
    }

    private static void bootstraps(ClassBuilder b) {
        int flags = ClassFile.ACC_PRIVATE | ClassFile.ACC_STATIC;
        var constant = bootstrap("constant", ConstantDescs.CD_Class);
        b.withMethodBody(
                "constant",
                constant.invocationType(),
                flags,
                c -> {
                    lookupClass(c);
                    c.areturn();
                });
        var site = bootstrap("site", ConstantDescs.CD_MethodType);
        ClassDesc constantSite = ClassDesc.of("java.lang.invoke.ConstantCallSite");
        b.withMethodBody(
                "site",
                site.invocationType(),
                flags,
                c -> {
                    c.new_(constantSite).dup().loadConstant(ConstantDescs.CD_String);
                    lookupClass(c);
                    c.invokestatic(
                                    ConstantDescs.CD_MethodHandles,
                                    "constant",
                                    MethodTypeDesc.of(
                                            ConstantDescs.CD_MethodHandle,
                                            ConstantDescs.CD_Class,
                                            ConstantDescs.CD_Object))
                            .invokespecial(
                                    constantSite,
                                    ConstantDescs.INIT_NAME,
                                    MethodTypeDesc.of(
                                            ConstantDescs.CD_void, ConstantDescs.CD_MethodHandle))
                            .areturn();
                });
    }

    private static Arguments body(String name, String expected, Consumer<CodeBuilder> code) {
        return Arguments.of(name, expected, code);
    }

    @AfterEach
    void reset() {
        Awaiting.setPending(false);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("bodies")
    @SuppressWarnings("unchecked")
    void unorthodox(String name, String expected, Consumer<CodeBuilder> code) throws Exception {
        byte[] bytes =
                ClassFile.of()
                        .build(
                                MAIN,
                                b -> {
                                    b.withInterfaceSymbols(
                                            ClassDesc.of(AsyncCallable.class.getName()));
                                    b.withFlags(ClassFile.ACC_PUBLIC | ClassFile.ACC_SUPER);
                                    b.withMethodBody(
                                            ConstantDescs.INIT_NAME,
                                            ConstantDescs.MTD_void,
                                            ClassFile.ACC_PUBLIC,
                                            c ->
                                                    c.aload(0)
                                                            .invokespecial(
                                                                    ConstantDescs.CD_Object,
                                                                    ConstantDescs.INIT_NAME,
                                                                    ConstantDescs.MTD_void)
                                                            .return_());
                                    bootstraps(b);
                                    b.withMethodBody(
                                            "join",
                                            MethodTypeDesc.of(
                                                    ConstantDescs.CD_String,
                                                    CD_BOX,
                                                    ConstantDescs.CD_String),
                                            ClassFile.ACC_PRIVATE | ClassFile.ACC_STATIC,
                                            c ->
                                                    c.aload(1)
                                                            .aload(0)
                                                            .invokevirtual(
                                                                    CD_BOX,
                                                                    "toString",
                                                                    MethodTypeDesc.of(
                                                                            ConstantDescs
                                                                                    .CD_String))
                                                            .invokevirtual(
                                                                    ConstantDescs.CD_String,
                                                                    "concat",
                                                                    MethodTypeDesc.of(
                                                                            ConstantDescs.CD_String,
                                                                            ConstantDescs
                                                                                    .CD_String))
                                                            .areturn());
                                    b.withMethodBody(
                                            "call",
                                            MethodTypeDesc.ofDescriptor(Names.AWAIT_TYPE),
                                            ClassFile.ACC_PUBLIC,
                                            code);
                                });
        var loader = new Sources.Loader(Map.of("Main", bytes), true);
        var body =
                (AsyncCallable<Object>)
                        loader.loadClass("Main").getDeclaredConstructor().newInstance();
        for (boolean pending : new boolean[] {false, true}) {
            Awaiting.setPending(pending);
            assertThat(Awaiting.drive(Async.async(body))).isEqualTo(expected);
        }
    }
}
