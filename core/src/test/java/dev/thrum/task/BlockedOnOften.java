package dev.thrum.task;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** A runtime on which the test's thread has blocked so often that it uses a root again. */
abstract class BlockedOnOften {
    final TaskRuntime runtime = TaskRuntime.builder().workers(1).build();

    @BeforeEach
    void blockOften() {
        for (int i = 0; i < 100; i++) {
            runtime.blockOn(() -> {});
        }
    }

    @AfterEach
    void close() {
        runtime.close();
    }
}
