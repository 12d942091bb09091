package dev.thrum.task;

import java.util.concurrent.Executor;

/** Where blocking code runs by default. */
final class BlockingThreads {
    /**
     * A virtual thread for each. Any number may wait for each other; one costs about a microsecond
     * to start and some hundred bytes while it waits.
     */
    static final Executor VIRTUAL =
            command ->
                    Thread.ofVirtual()
                            .name("thrum-blocking")
                            .inheritInheritableThreadLocals(false)
                            .start(command);

    private BlockingThreads() {}
}
