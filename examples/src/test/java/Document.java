import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A page of the documentation: its fenced and indented blocks of code, in order. */
record Document(String name, String text, List<Block> blocks) {

    private static final String FENCE = "```";

    /**
     * A fenced block.
     *
     * @param info what stands behind the fence: a language, perhaps more
     * @param code the lines between the fences
     */
    record Block(String info, String code) {

        boolean is(String language) {
            return info.equals(language) || info.startsWith(language + " ");
        }

        boolean isProgram() {
            return is("java") && code.contains("void main(");
        }
    }

    static Document of(Path file) throws IOException {
        String text = Files.readString(file);
        List<Block> blocks = new ArrayList<>();
        StringBuilder code = null;
        String info = "";
        for (String line : text.lines().toList()) {
            if (!line.startsWith(FENCE)) {
                if (code != null) {
                    code.append(line).append('\n');
                }
            } else if (code == null) {
                info = line.substring(FENCE.length());
                code = new StringBuilder();
            } else {
                blocks.add(new Block(info, code.toString()));
                code = null;
            }
        }
        if (code != null) {
            throw new AssertionError("a block without an end in " + file);
        }
        return new Document(file.getFileName().toString(), text, blocks);
    }

    /** What a block of code prints: the block of text that comes next, if one does. */
    Optional<String> outputOf(int block) {
        int next = block + 1;
        return next < blocks.size() && blocks.get(next).is("text")
                ? Optional.of(blocks.get(next).code())
                : Optional.empty();
    }

    /** The commands that the page shows: indented lines that begin with the launcher. */
    List<String> commands() {
        return text.lines()
                .filter(line -> line.startsWith("    ./thrum "))
                .map(line -> line.strip().replaceFirst("\\s+#.*", ""))
                .toList();
    }
}
