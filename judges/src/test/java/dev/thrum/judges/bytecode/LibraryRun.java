package dev.thrum.judges.bytecode;

import static org.assertj.core.api.Assertions.assertThat;

import dev.thrum.judges.bytecode.LibraryTests.Results;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The long run; see the profile {@code judge}. */
@DisplayName("V4: Commons Lang, made of coroutines, passes its own tests")
class LibraryRun {

    /** Tests that count frames of the stack, or the fields and methods of a class, may differ. */
    @Test
    @Timeout(value = 45, unit = TimeUnit.MINUTES)
    void V4_commonsLang() throws Exception {
        Library library = new Library(LibraryTests.jar("commons-lang3", "-[0-9.]+\\.jar"));
        LibraryTests tests =
                new LibraryTests(LibraryTests.jar("commons-lang3", "-[0-9.]+-tests\\.jar"));
        System.out.println(library.summary());
        Results before = tests.run(library.original());
        System.out.println("As it is: " + before.passed() + " tests passed");
        before.failed().forEach(id -> System.out.println("fails as it is: " + id));
        Results after = tests.run(library.woven());
        System.out.println(
                library.summary()
                        + "; suspended "
                        + Pending.suspensions()
                        + " times; "
                        + after.passed()
                        + " of its tests passed, "
                        + before.passed()
                        + " as it is");
        TreeSet<String> more = new TreeSet<>(after.failed());
        more.removeAll(before.failed());
        more.forEach(id -> System.out.println("fails woven: " + id + " " + after.causes().get(id)));
        assertThat(library.refusals()).isEmpty();
        assertThat(more).isEmpty();
        assertThat(after.passed()).isEqualTo(before.passed());
    }
}
