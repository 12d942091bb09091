package dev.thrum.judges.bytecode;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The long run; see the profile {@code judge}. */
@DisplayName("V4: all classes of the JDK's base and of three libraries")
@Timeout(value = 30, unit = TimeUnit.MINUTES)
class BulkRun {

    @Test
    void V4_allOfJavaBase() throws Exception {
        Bulk bulk = new Bulk(BulkRun.class.getClassLoader(), "judged/");
        FileSystem jrt = FileSystems.getFileSystem(URI.create("jrt:/"));
        bulk.checkAll(jrt.getPath("modules", "java.base"), 1);
        check("java.base", bulk);
    }

    @ParameterizedTest
    @ValueSource(strings = {"guava", "kotlin-stdlib", "scala-library"})
    void V4_libraries(String library) throws Exception {
        Path jar = LibraryTests.jar(library, "-[0-9.]+(-jre)?\\.jar");
        Bulk bulk = new Bulk(BulkRun.class.getClassLoader(), null);
        try (FileSystem files = FileSystems.newFileSystem(jar)) {
            bulk.checkAll(files.getPath("/"), 1);
        }
        check(library, bulk);
    }

    private static void check(String what, Bulk bulk) {
        System.out.println(what + ": " + bulk.summary());
        assertThat(bulk.failures()).isEmpty();
        assertThat(bulk.refused()).as(bulk.summary()).isZero();
    }
}
