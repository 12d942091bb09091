/**
 * Asynchronous tasks for Java: stackless coroutines, multiplexed on a few threads.
 *
 * <p>The API is {@link dev.thrum.task}; nothing else is exported.
 */
module dev.thrum {
    // For compilers and IDEs only. Transitive, because the annotations stand in the API; static, so
    // that neither a program nor its build needs them.
    requires static transitive org.jspecify;

    exports dev.thrum.task;
}
