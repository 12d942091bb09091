package dev.thrum.weave.link;

import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Whether somebody may want to look at variables that the program itself needs no more. */
public final class Debug {

    private static final String COMMAND_LINE = "/proc/self/cmdline";

    /** If the program was started for a debugger. */
    public static final boolean HAS_AGENT = hasDebugAgent();

    /** True with {@code -Dthrum.debug=true}, or if the program was started for a debugger. */
    public static final boolean KEEPS_DEAD = HAS_AGENT || Boolean.getBoolean("thrum.debug");

    private Debug() {}

    private static boolean hasDebugAgent() {
        for (String variable : List.of("JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS", "_JAVA_OPTIONS")) {
            String options = System.getenv(variable);
            if (options != null && namesAgent(options)) {
                return true;
            }
        }
        // Quick where there is such a file; the way that works everywhere takes 20 ms more.
        try (InputStream in = new FileInputStream(COMMAND_LINE)) {
            String line = new String(in.readAllBytes(), StandardCharsets.ISO_8859_1);
            return namesAgent(line) || (line.contains("\0@") && managementNamesAgent());
        } catch (IOException none) {
            return managementNamesAgent();
        }
    }

    /** By reflection, since programs may be linked without that module: they have no agent then. */
    private static boolean managementNamesAgent() {
        try {
            Object bean =
                    Class.forName("java.lang.management.ManagementFactory")
                            .getMethod("getRuntimeMXBean")
                            .invoke(null);
            Object options =
                    Class.forName("java.lang.management.RuntimeMXBean")
                            .getMethod("getInputArguments")
                            .invoke(bean);
            return namesAgent(String.valueOf(options));
        } catch (ReflectiveOperationException noModule) {
            return false;
        }
    }

    private static boolean namesAgent(String options) {
        return options.contains("jdwp=") || options.contains("-Xrunjdwp");
    }
}
