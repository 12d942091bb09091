import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The examples, run as the README runs them, except for those that have a test of their own. */
class ExamplesTest {

    @Test
    void T1_helloAwaitsAChildWithAName() throws Exception {
        assertThat(run("Hello")).isEqualTo(new Command.Result(0, "child1 -> 42\n", ""));
    }

    /** The tour prints the same each time, but for the ids of its tasks. */
    @Test
    void tourDoesAllThatItTells() throws Exception {
        var result = run("Tour");

        assertThat(result.err()).isEmpty();
        assertThat(result.out().replaceAll("task \\d+", "task N"))
                .isEqualTo(Files.readString(Path.of("src/test/resources/Tour.txt")));
        assertThat(result.exitCode()).isZero();
    }

    @Test
    void T5_aMillionTasksSleepInLessThan250BytesEach() throws Exception {
        var result = run("Million", "1000000", "1");

        assertThat(result.err()).isEmpty();
        assertThat(result.exitCode()).isZero();
        assertThat(result.out())
                .startsWith("1,000,000 tasks spawned and asleep in ")
                .contains("\n1,000,000 tasks that sleep for 1 s spawned, and ended, in ");
        Matcher bytes =
                Pattern.compile("heap per sleeping task: (\\d+) bytes").matcher(result.out());
        assertThat(bytes.find()).as("a measured size in: %s", result.out()).isTrue();
        assertThat(Integer.parseInt(bytes.group(1))).isBetween(50, 250);
    }

    @Test
    void aMillionLeavesAddUp() throws Exception {
        var result = run("Skynet");

        assertThat(result.err()).isEmpty();
        assertThat(result.exitCode()).isZero();
        assertThat(result.out())
                .startsWith("sum 499999500000\n1,111,111 tasks, 1,000,000 of them leaves: ");
    }

    @Test
    void skynetOfOneLeaf() throws Exception {
        assertThat(run("Skynet", "1").out()).startsWith("sum 0\n1 tasks, 1 of them leaves: ");
    }

    @ParameterizedTest
    @ValueSource(strings = {"11", "1000000000"})
    void skynetRefusesWhatIsNoPowerOfTen(String leaves) throws Exception {
        assertThat(run("Skynet", leaves))
                .isEqualTo(
                        new Command.Result(
                                2,
                                "",
                                "Skynet: LEAVES is \""
                                        + leaves
                                        + "\": it has to be 1, 10, 100 and so on, up to"
                                        + " 100000000\n"));
    }

    @Test
    void millionRefusesWhatIsNoPositiveNumber() throws Exception {
        assertThat(run("Million", "many"))
                .isEqualTo(
                        new Command.Result(
                                2,
                                "",
                                "Million: TASKS is \"many\": it has to be a positive number\n"));
        assertThat(run("Million", "1", "0").err())
                .isEqualTo("Million: SECONDS is \"0\": it has to be a positive number\n");
        assertThat(run("Million", "1", "2", "3").err())
                .isEqualTo("usage: Million [TASKS [SECONDS]]\n");
    }

    @Test
    void sieveFindsThePrimesAndItsTasksEnd() throws Exception {
        assertThat(run("Sieve", "25"))
                .isEqualTo(
                        new Command.Result(
                                0,
                                """
                                2 3 5 7 11 13 17 19 23 29
                                31 37 41 43 47 53 59 61 67 71
                                73 79 83 89 97
                                """,
                                ""));
        assertThat(run("Sieve", "1").out()).isEqualTo("2\n");
        assertThat(run("Sieve", "1000").out()).endsWith(" 7919\n");
    }

    @Test
    void sieveRefusesWhatIsNoPositiveNumber() throws Exception {
        assertThat(run("Sieve", "0"))
                .isEqualTo(
                        new Command.Result(
                                2, "", "Sieve: COUNT is \"0\": it has to be a positive number\n"));
        assertThat(run("Sieve", "1", "2").err()).isEqualTo("usage: Sieve [COUNT]\n");
    }

    @Test
    void crawlerVisitsEachPageOnceAndNeverTooManyAtATime() throws Exception {
        var result = run("Crawler", "20", "300");

        assertThat(result.out())
                .as(result.err())
                .isEqualTo("300 pages: 286 there, 12 gone, 2 did not answer\n");
        assertThat(result.err()).endsWith(" requests tried again, 20 at most at a time\n");
        assertThat(result.exitCode()).isZero();
        assertThat(run("Crawler", "1", "20").err()).endsWith(" tried again, 1 at most at a time\n");
    }

    @Test
    void crawlerAndChatRefuseBadArguments() throws Exception {
        assertThat(run("Crawler", "none").err())
                .isEqualTo("Crawler: AT_A_TIME is \"none\": it has to be a positive number\n");
        assertThat(run("Chat", "65536"))
                .isEqualTo(
                        new Command.Result(
                                2,
                                "",
                                "Chat: PORT is \"65536\": it has to be a number from 0 to"
                                        + " 65535\n"));
    }

    private static Command.Result run(String example, String... arguments) throws Exception {
        return Command.example(example, arguments).run();
    }
}
