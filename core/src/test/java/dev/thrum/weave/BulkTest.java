package dev.thrum.weave;

import static org.assertj.core.api.Assertions.assertThat;

import dev.thrum.weave.code.MethodCode;
import dev.thrum.weave.emit.LinkedAccess;
import dev.thrum.weave.emit.Machine;
import dev.thrum.weave.emit.Reach;
import dev.thrum.weave.emit.Source;
import dev.thrum.weave.emit.Suspension;
import java.io.IOException;
import java.io.InputStream;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassHierarchyResolver;
import java.lang.classfile.ClassHierarchyResolver.ClassHierarchyInfo;
import java.lang.classfile.ClassModel;
import java.lang.classfile.ClassTransform;
import java.lang.classfile.CodeTransform;
import java.lang.classfile.MethodModel;
import java.lang.classfile.instruction.InvokeInstruction;
import java.lang.constant.ClassDesc;
import java.lang.constant.MethodTypeDesc;
import java.net.URI;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The methods of real libraries, each with awaits inserted before some of its calls: whatever is
 * woven of them passes the verifier, and whatever is not is refused.
 */
@DisplayName("V4: methods of real libraries are woven or refused")
class BulkTest {

    private static final ClassLoader LOADER = BulkTest.class.getClassLoader();
    private static final String SUFFIX = "$$woven";

    private static final ClassHierarchyResolver CLASSES =
            ClassHierarchyResolver.ofResourceParsing(LOADER)
                    .orElse(ClassHierarchyResolver.defaultResolver())
                    .cached();

    /** Knows the machines too, which are in no file. */
    private static final ClassFile FILES =
            ClassFile.of(
                    ClassFile.ClassHierarchyResolverOption.of(desc ->
                            desc.descriptorString().endsWith(SUFFIX + ";")
                                    ? ClassHierarchyInfo.ofClass(Names.CD_COROUTINE)
                                    : CLASSES.getClassInfo(desc)));

    private int woven;
    private int suspensions;
    private int refused;

    private static ClassModel find(String internalName) {
        try (InputStream in = LOADER.getResourceAsStream(internalName + ".class")) {
            return in == null ? null : FILES.parse(in.readAllBytes());
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    /** Awaits in front of every n-th call; they are never executed. */
    private static ClassModel withAwaits(ClassModel model, int every) {
        int[] calls = {0};
        CodeTransform insert =
                (builder, element) -> {
                    if (element instanceof InvokeInstruction && calls[0]++ % every == 0) {
                        builder.aconst_null()
                                .checkcast(Names.CD_ASYNC)
                                .invokeinterface(
                                        Names.CD_ASYNC,
                                        Names.AWAIT,
                                        MethodTypeDesc.ofDescriptor(Names.AWAIT_TYPE))
                                .pop();
                    }
                    builder.with(element);
                };
        ClassTransform methods =
                ClassTransform.transformingMethodBodies(
                        m -> !m.methodName().stringValue().startsWith("<"), insert);
        return FILES.parse(FILES.transformClass(model, methods));
    }

    private void check(byte[] bytes, int every, boolean keepDead) {
        ClassModel model;
        try {
            model = withAwaits(FILES.parse(bytes), every);
        } catch (IllegalArgumentException tooLargeForThat) {
            return;
        }
        Awaits awaits = new Awaits(BulkTest::find, new Hierarchy(BulkTest::find));
        for (MethodModel method : model.methods()) {
            if (method.code().isPresent() && !method.methodName().stringValue().startsWith("<")) {
                check(model, method, awaits, keepDead);
            }
        }
    }

    private void check(ClassModel model, MethodModel method, Awaits awaits, boolean keepDead) {
        MethodCode code = MethodCode.of(model, method);
        ClassDesc name = ClassDesc.ofInternalName(model.thisClass().asInternalName() + SUFFIX);
        List<Suspension> all = suspensions(code, awaits);
        byte[] machine;
        try {
            machine = weave(code, all, name, keepDead);
        } catch (WeaveException refusal) {
            assertThat(refusal).hasMessageContaining("cannot be woven");
            refused++;
            return;
        }
        woven++;
        suspensions += all.size();
        assertThat(FILES.verify(machine)).as(code.refuse(0, "x").getMessage()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "java.base, java/util, 2, 5, false",
        "java.base, java/lang, 3, 9, true",
        "java.base, jdk/internal, 1, 29, false",
        "jdk.compiler, com/sun/tools/javac, 4, 7, false"
    })
    void V4_modulesOfTheJdk(String module, String folder, int every, int stride, boolean keepDead)
            throws IOException {
        FileSystem jrt = FileSystems.getFileSystem(URI.create("jrt:/"));
        checkAll(jrt.getPath("modules", module, folder), every, stride, keepDead);
        assertThat(woven).isGreaterThan(300);
        assertThat(suspensions).isGreaterThan(300);
        assertThat(refused).isLessThan(woven / 10);
    }

    @Test
    void V4_assertJ() throws Exception {
        URI jar = Assertions.class.getProtectionDomain().getCodeSource().getLocation().toURI();
        try (FileSystem files = FileSystems.newFileSystem(Path.of(jar))) {
            checkAll(files.getPath("/org/assertj/core/api"), 2, 7, true);
        }
        assertThat(woven).isGreaterThan(300);
    }

    private void checkAll(Path root, int every, int stride, boolean keepDead) throws IOException {
        List<Path> all;
        try (Stream<Path> walk = Files.walk(root)) {
            all = walk.filter(p -> p.toString().endsWith(".class")).sorted().toList();
        }
        for (int i = 0; i < all.size(); i += stride) {
            check(Files.readAllBytes(all.get(i)), every, keepDead);
        }
    }

    @Test
    void V8_sameInputSameBytes() throws Exception {
        ClassModel model = withAwaits(find("java/util/HashMap"), 2);
        Awaits awaits = new Awaits(BulkTest::find, new Hierarchy(BulkTest::find));
        for (MethodModel method : model.methods()) {
            if (method.code().isPresent() && !method.methodName().equalsString("<init>")) {
                MethodCode code = MethodCode.of(model, method);
                List<Suspension> all = suspensions(code, awaits);
                ClassDesc name = ClassDesc.of("java.util.HashMap" + SUFFIX);
                assertThat(weave(code, all, name, false))
                        .isEqualTo(weave(MethodCode.of(model, method), all, name, false));
            }
        }
    }

    private static List<Suspension> suspensions(MethodCode code, Awaits awaits) {
        List<Suspension> all = new ArrayList<>();
        for (int i = 0; i < code.size(); i++) {
            if (awaits.isAwait(code.at(i))) {
                all.add(Suspension.await(i));
            }
        }
        return all;
    }

    private static byte[] weave(
            MethodCode code, List<Suspension> all, ClassDesc name, boolean keepDead) {
        List<Source> sources = new ArrayList<>();
        for (int i = 0; i < code.parameters().size(); i++) {
            sources.add(Source.captured(i));
        }
        Reach reach = new Reach(code.host(), BulkTest::find);
        return new Weaver(keepDead)
                .weave(
                        code,
                        all,
                        new Machine(name, sources, false),
                        new LinkedAccess(code.hostDesc(), reach));
    }
}
