package dev.thrum.judges.differential;

import java.util.Map;

/** When the woven rendering is woven. */
interface Weaving {

    /** What reports call it. */
    String name();

    /** Class files as they are loaded, from class files as they were compiled. */
    Map<String, byte[]> weave(Map<String, byte[]> compiled);

    /** By the runtime, when a body is used for the first time. */
    Weaving RUN_TIME =
            new Weaving() {
                @Override
                public String name() {
                    return "run time";
                }

                @Override
                public Map<String, byte[]> weave(Map<String, byte[]> compiled) {
                    return compiled;
                }
            };
}
