package dev.thrum.judges.bytecode;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Path;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("V4: whatever is woven passes the verifiers")
class BulkTest {

    @Test
    void V4_aSampleOfTheJdk() throws Exception {
        Bulk bulk = new Bulk(BulkTest.class.getClassLoader(), "judged/");
        FileSystem jrt = FileSystems.getFileSystem(URI.create("jrt:/"));
        bulk.checkAll(jrt.getPath("modules", "java.base"), 40);
        check(bulk, 500);
    }

    @Test
    void V4_aSampleOfALibrary() throws Exception {
        Bulk bulk = new Bulk(BulkTest.class.getClassLoader(), null);
        URI jar = Assertions.class.getProtectionDomain().getCodeSource().getLocation().toURI();
        try (FileSystem files = FileSystems.newFileSystem(Path.of(jar))) {
            bulk.checkAll(files.getPath("/org/assertj/core"), 11);
        }
        check(bulk, 300);
    }

    private static void check(Bulk bulk, int least) {
        assertThat(bulk.failures()).as(bulk.summary()).isEmpty();
        assertThat(bulk.woven()).isGreaterThan(least);
        assertThat(bulk.refused()).as(bulk.summary()).isZero();
        assertThat(bulk.verifiedByTheJvm()).isGreaterThan(bulk.woven() * 9 / 10);
    }
}
