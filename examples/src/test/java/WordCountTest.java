import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** WordCount against the tools of the operating system, and with bad input. */
class WordCountTest {

    private static final String ALL = "100000000";

    @TempDir Path folder;

    @Test
    void countsWhatTrSortAndUniqCount() throws Exception {
        tree();

        var result = count(folder, ALL);

        assertThat(result.exitCode()).isZero();
        assertThat(result.err()).endsWith("11 of 11 files\n");
        String words = tool(WORDS + SORTED);
        assertThat(words.lines()).hasSizeGreaterThan(1000);
        assertThat(result.out())
                .isEqualTo(
                        words
                                + "%s words, %s different, in %s files\n"
                                        .formatted(
                                                tool(WORDS + "| wc -l").strip(),
                                                words.lines().count(),
                                                tool("find -L \"$1\" -type f -exec echo x ';' | wc"
                                                                + " -l")
                                                        .strip()));
    }

    @Test
    void showsTwentyWordsUnlessToldOtherwise() throws Exception {
        tree();

        String all = count(folder, ALL).out();

        assertThat(count(folder).out().lines())
                .hasSize(21)
                .startsWith(all.lines().limit(20).toArray(String[]::new))
                .endsWith(all.lines().reduce((a, b) -> b).orElseThrow());
        assertThat(count(folder, "1").out().lines()).hasSize(2);
    }

    @Test
    void namesWhatItCannotReadAndGoesOn() throws Exception {
        Files.writeString(folder.resolve("a"), "one");
        Files.createDirectory(folder.resolve("sub"));
        Files.createSymbolicLink(folder.resolve("sub/gone"), Path.of("nowhere"));
        Files.createSymbolicLink(folder.resolve("lost\nfound"), Path.of("nowhere"));
        Files.writeString(folder.resolve("z"), "one two");

        var result = count(folder);

        assertThat(result.exitCode()).isEqualTo(1);
        assertThat(result.out())
                .isEqualTo("      2 one\n      1 two\n3 words, 2 different, in 2 files\n");
        assertThat(result.err().lines())
                .contains(
                        "2 of 4 files",
                        "WordCount: cannot read sub/gone: no such file",
                        "WordCount: cannot read lost?found: no such file")
                .endsWith("WordCount: 2 could not be read");
    }

    @Test
    void followsLinksToFilesAndToTheFolderItselfOnly() throws Exception {
        Path dir = Files.createDirectories(folder.resolve("dir/sub"));
        Files.writeString(dir.resolve("a"), "word");
        Files.createSymbolicLink(dir.resolve("b"), Path.of("a"));
        Files.createSymbolicLink(dir.resolve("loop"), Path.of(".."));
        Path link = Files.createSymbolicLink(folder.resolve("link"), dir);

        assertThat(count(link))
                .isEqualTo(
                        new Command.Result(
                                0,
                                "      2 word\n2 words, 1 different, in 2 files\n",
                                "2 of 2 files\n"));
    }

    @Test
    void anEmptyFolderHasNoWords() throws Exception {
        assertThat(count(folder))
                .isEqualTo(
                        new Command.Result(
                                0, "0 words, 0 different, in 0 files\n", "0 of 0 files\n"));
    }

    @Test
    void aFolderThatIsNone() throws Exception {
        Path file = Files.writeString(folder.resolve("file"), "");
        Path missing = folder.resolve("missing");

        assertThat(count(file)).isEqualTo(bad("WordCount: not a folder: " + file));
        assertThat(count(missing)).isEqualTo(bad("WordCount: not a folder: " + missing));
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "x"})
    void aCountThatIsNone(String count) throws Exception {
        assertThat(count(folder, count))
                .isEqualTo(
                        bad(
                                "WordCount: COUNT is \""
                                        + count
                                        + "\": it has to be a positive number"));
    }

    @Test
    void wrongNumberOfArguments() throws Exception {
        var usage = bad("usage: WordCount DIR [COUNT]");

        assertThat(Command.example("WordCount").run()).isEqualTo(usage);
        assertThat(count(folder, "1", "2")).isEqualTo(usage);
    }

    /** The words below the folder $1, a line each; a file may end within a word. */
    private static final String WORDS =
            """
            find -L "$1" -type f -exec sh -c 'for f; do cat "$f"; echo; done' sh {} + \
            | LC_ALL=C tr -cs 'A-Za-z' '\\n' | LC_ALL=C tr A-Z a-z | grep . \
            """;

    private static final String SORTED =
            """
            | LC_ALL=C sort | uniq -c | LC_ALL=C sort -k1,1nr -k2,2 \
            | awk '{ printf "%7d %s\\n", $1, $2 }'
            """;

    /** Eleven files: text, nothing, noise, words across the edges of chunks, odd names, a link. */
    private void tree() throws IOException {
        Path deep = Files.createDirectories(folder.resolve("a/b c/d"));
        Files.createDirectory(folder.resolve("empty"));
        for (String file : new String[] {"LICENSE", "README.md", "CONTRIBUTING.md", "pom.xml"}) {
            Files.copy(Command.ROOT.resolve(file), folder.resolve(file));
        }
        Files.writeString(folder.resolve("nothing"), "");
        Files.writeString(folder.resolve("no end"), "It ends\nwithin a word");
        Files.writeString(deep.resolve("-n *$HOME\n\t.txt"), "Wörter, 'quoted' MIXED mixed\n");
        Files.createSymbolicLink(folder.resolve("link"), Path.of("no end"));
        Files.writeString(deep.resolve("edges"), "abcdefg ".repeat(30_001) + "hijk".repeat(50_000));
        byte[] noise = new byte[300_000];
        new Random(25).nextBytes(noise);
        Files.write(deep.resolve("noise"), noise);
        Files.write(folder.resolve(".hidden"), "x y z x".getBytes(StandardCharsets.UTF_16));
    }

    private String tool(String script) throws Exception {
        var result =
                Command.of(Command.onPath("bash"), "-c", script, "bash", folder.toString()).run();
        assertThat(result.err()).isEmpty();
        return result.out();
    }

    private static Command.Result count(Path dir, String... more) throws Exception {
        String[] arguments = new String[more.length + 1];
        arguments[0] = dir.toString();
        System.arraycopy(more, 0, arguments, 1, more.length);
        return Command.example("WordCount", arguments).run();
    }

    private static Command.Result bad(String message) {
        return new Command.Result(2, "", message + "\n");
    }
}
