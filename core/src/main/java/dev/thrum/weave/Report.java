package dev.thrum.weave;

import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/**
 * A file that tells what was woven, a line for each body and each method that is woven along, as
 * soon as it is. Columns are separated by tabs:
 *
 * <pre>
 * when    class and method      file and line    states    bytes     variables
 * run     shop.Orders.checkout  Orders.java:42   states 3  bytes 24  keeps total, items
 * </pre>
 *
 * <p>{@code when} is {@code run}, {@code load} or {@code build}. The bytes are those of the kept
 * variables, references counted as four, which are added to the size of an empty block.
 * Thread-safe.
 */
public final class Report {

    private static final String PROPERTY = "thrum.weave.report";

    /** That of this program: the file that {@code -Dthrum.weave.report} names, or none. */
    public static final Report OF_PROGRAM = new Report(System.getProperty(PROPERTY));

    private @Nullable Path file;

    /**
     * Starts a report. Lines are added to what is in the file.
     *
     * @param file its name; null or empty for no report
     */
    public Report(@Nullable String file) {
        if (file != null && !file.isEmpty()) {
            try {
                this.file = Path.of(file).toAbsolutePath();
            } catch (InvalidPathException wrong) {
                complain(file, wrong);
            }
        }
    }

    /**
     * Adds a line. If the file cannot be written, that is logged once, and the report ends.
     *
     * @param when when it was woven
     * @param woven what was
     */
    public synchronized void add(String when, Weaver.Woven woven) {
        Path open = file;
        if (open == null) {
            return;
        }
        try {
            Files.writeString(
                    open,
                    when + "\t" + woven.summary() + "\n",
                    StandardCharsets.UTF_8,
                    StandardOpenOption.CREATE,
                    StandardOpenOption.APPEND);
        } catch (IOException failure) {
            complain(open.toString(), failure);
            file = null;
        }
    }

    private static void complain(String file, Exception reason) {
        System.getLogger("dev.thrum.weave")
                .log(
                        Level.WARNING,
                        "The report of weaving cannot be written to "
                                + file
                                + " ("
                                + reason
                                + "). Set -D"
                                + PROPERTY
                                + " to a file in a folder that exists and can be written; the"
                                + " program goes on without it.");
    }
}
