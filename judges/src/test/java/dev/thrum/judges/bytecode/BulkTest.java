package dev.thrum.judges.bytecode;

import static org.assertj.core.api.Assertions.assertThat;

import dev.thrum.weave.build.ClassWeaver;
import dev.thrum.weave.build.Way;
import dev.thrum.weave.link.ClassFiles;
import java.net.URI;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("V4: whatever is woven passes the verifiers")
class BulkTest {

    @Test
    void V4_aSampleOfTheJdk() throws Exception {
        Bulk bulk = new Bulk(BulkTest.class.getClassLoader(), "judged/");
        FileSystem jrt = FileSystems.getFileSystem(URI.create("jrt:/"));
        bulk.checkAll(jrt.getPath("modules", "java.base"), 60);
        check(bulk, 400);
    }

    @Test
    void V4_aSampleOfALibrary() throws Exception {
        Bulk bulk = new Bulk(BulkTest.class.getClassLoader(), null);
        URI jar = Assertions.class.getProtectionDomain().getCodeSource().getLocation().toURI();
        try (FileSystem files = FileSystems.newFileSystem(Path.of(jar))) {
            bulk.checkAll(files.getPath("/org/assertj/core"), 20);
        }
        check(bulk, 200);
    }

    @Test
    void V8_classesWithoutBodiesStayAsTheyAre() throws Exception {
        ClassFiles files = new ClassFiles(BulkTest.class.getClassLoader());
        ClassWeaver weaver = new ClassWeaver(files, Way.BUILD, false, name -> true);
        FileSystem jrt = FileSystems.getFileSystem(URI.create("jrt:/"));
        int count = 0;
        try (Stream<Path> walk = Files.walk(jrt.getPath("modules", "java.base", "java"))) {
            for (Path file : walk.filter(p -> p.toString().endsWith(".class")).toList()) {
                String name = file.toString();
                var woven = weaver.weave(ClassFiles.parse(name, Files.readAllBytes(file)));
                assertThat(woven.classes()).as(name).isEmpty();
                assertThat(woven.refusals()).as(name).isEmpty();
                count++;
            }
        }
        assertThat(count).isGreaterThan(1000);
    }

    private static void check(Bulk bulk, int least) {
        assertThat(bulk.failures()).as(bulk.summary()).isEmpty();
        assertThat(bulk.woven()).isGreaterThan(least);
        assertThat(bulk.refused()).as(bulk.summary()).isZero();
        assertThat(bulk.verifiedByTheJvm()).isGreaterThan(bulk.woven() * 9 / 10);
    }
}
