package dev.thrum.weave.link;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("A class file is found where the class was loaded from")
class ClassPathTest {

    private final ClassPath classPath = new ClassPath();

    private static String resource(Class<?> type) {
        return type.getName().replace('.', '/') + ".class";
    }

    private byte @Nullable [] read(Class<?> type) throws IOException {
        try (InputStream in = classPath.open(resource(type), type)) {
            return in == null ? null : in.readAllBytes();
        }
    }

    private static byte[] given(Class<?> type) throws IOException {
        try (InputStream in = type.getClassLoader().getResourceAsStream(resource(type))) {
            assertThat(in).isNotNull();
            return in.readAllBytes();
        }
    }

    @Test
    @DisplayName("in a folder")
    void folder() throws IOException {
        assertThat(read(ClassPathTest.class)).isEqualTo(given(ClassPathTest.class));
    }

    @Test
    @DisplayName("in a jar, once and again, also after one of another jar")
    void jar() throws IOException {
        assertThat(read(Test.class)).isEqualTo(given(Test.class));
        assertThat(read(DisplayName.class)).isEqualTo(given(DisplayName.class));
        assertThat(read(Nullable.class)).isEqualTo(given(Nullable.class));
        assertThat(read(Test.class)).isEqualTo(given(Test.class));
    }

    @Test
    @DisplayName("and is not found if nobody knows from where, or if it is not there")
    void nowhere() throws IOException {
        assertThat(read(String.class)).isNull();
        assertThat(classPath.open("no/Such.class", ClassPathTest.class)).isNull();
        assertThat(classPath.open("no/Such.class", Test.class)).isNull();
    }
}
