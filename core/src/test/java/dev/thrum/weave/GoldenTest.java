package dev.thrum.weave;

import static org.assertj.core.api.Assertions.assertThat;

import dev.thrum.weave.code.MethodCode;
import dev.thrum.weave.emit.LinkedAccess;
import dev.thrum.weave.emit.Machine;
import dev.thrum.weave.emit.MachineEmitter;
import dev.thrum.weave.emit.Reach;
import dev.thrum.weave.emit.Suspension;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.lang.classfile.MethodModel;
import java.lang.classfile.instruction.InvokeInstruction;
import java.lang.constant.ClassDesc;
import java.lang.constant.MethodTypeDesc;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * The machines of small bodies, as text. A change of the weaver shows as a difference that one can
 * read; with {@code -Dgolden.update=true} the files are written anew.
 */
@DisplayName("The machines of small bodies are as they were")
class GoldenTest {

    private static final Path FOLDER = Path.of("src/test/resources/dev/thrum/weave/golden");

    private static final Map<String, byte[]> COMPILED = compile();

    private static Map<String, byte[]> compile() {
        try {
            return Sources.compile("Bodies", Files.readString(FOLDER.resolve("Bodies.java")), "-g");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static ClassModel find(String name) {
        byte[] bytes = COMPILED.get(name);
        if (bytes == null) {
            try (InputStream in = ClassLoader.getSystemResourceAsStream(name + ".class")) {
                bytes = in == null ? null : in.readAllBytes();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        return bytes == null ? null : ClassFile.of().parse(bytes);
    }

    /** By the name of the method. */
    private static Map<String, byte[]> machines() {
        ClassModel model = find("Bodies");
        Map<String, byte[]> all = new TreeMap<>();
        for (MethodModel method : model.methods()) {
            String name = method.methodName().stringValue();
            MethodCode code = MethodCode.of(model, method);
            List<Suspension> suspensions = suspensions(model, code);
            if (!suspensions.isEmpty()) {
                Machine machine = new Machine(ClassDesc.of("Bodies$$" + name), null, false);
                Reach reach = new Reach(model, GoldenTest::find);
                LinkedAccess access = new LinkedAccess(code.hostDesc(), reach);
                all.put(name, new Weaver(false).weave(code, suspensions, machine, access));
            }
        }
        return all;
    }

    private static List<Suspension> suspensions(ClassModel model, MethodCode code) {
        Awaits awaits = new Awaits(GoldenTest::find, new Hierarchy(GoldenTest::find));
        List<Suspension> all = new ArrayList<>();
        for (int i = 0; i < code.size(); i++) {
            if (awaits.isAwait(code.at(i))) {
                all.add(Suspension.await(i));
            } else if (code.at(i) instanceof InvokeInstruction call
                    && call.name().stringValue().startsWith("helper")) {
                MethodModel helper = Awaits.find(model, call.name(), call.type());
                MethodTypeDesc start = MachineEmitter.startType(code.hostDesc(), helper);
                ClassDesc machine = ClassDesc.of("Bodies$$" + call.name());
                Suspension.Call made = new Suspension.Call(machine, start);
                all.add(new Suspension(i, start.parameterCount(), made));
            }
        }
        return all;
    }

    @TestFactory
    Stream<DynamicTest> listings() {
        return machines().entrySet().stream()
                .map(machine ->
                        DynamicTest.dynamicTest(
                                machine.getKey(),
                                () -> check(machine.getKey(), machine.getValue())));
    }

    private static void check(String name, byte[] machine) throws IOException {
        Path file = FOLDER.resolve(name + ".txt");
        String listing = Listing.of(machine);
        if (Boolean.getBoolean("golden.update")) {
            Files.writeString(file, listing);
        }
        assertThat(listing).isEqualTo(Files.readString(file));
    }

    @Test
    void noListingIsLeftOver() throws IOException {
        try (Stream<Path> files = Files.list(FOLDER)) {
            assertThat(files.map(f -> f.getFileName().toString()).filter(f -> f.endsWith(".txt")))
                    .containsExactlyInAnyOrderElementsOf(
                            machines().keySet().stream().map(n -> n + ".txt").toList());
        }
    }

    @Test
    void V8_anotherJvmMakesTheSameBytes() throws Exception {
        Process other =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-XX:TieredStopAtLevel=1",
                                "-XX:+UnlockExperimentalVMOptions",
                                "-XX:hashCode=2", // another order in whatever hashes identities
                                "-cp",
                                System.getProperty("java.class.path"),
                                GoldenTest.class.getName())
                        .redirectErrorStream(true)
                        .start();
        String said =
                new String(other.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
        assertThat(other.waitFor()).as(said).isZero();
        assertThat(said).isEqualTo(digest());
    }

    private static String digest() throws NoSuchAlgorithmException {
        MessageDigest digest = MessageDigest.getInstance("SHA-256");
        machines().values().forEach(digest::update);
        return new BigInteger(1, digest.digest()).toString(16);
    }

    /** The digest of all machines: another JVM prints it. */
    public static void main(String[] args) throws Exception {
        System.out.println(digest());
    }
}
