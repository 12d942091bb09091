/**
 * Asynchronous tasks for Java: stackless coroutines, multiplexed on a few threads.
 *
 * <p>The API is {@link dev.thrum.task}, and what is built on it: {@link dev.thrum.channel}. Nothing
 * else is exported.
 * <p>The API is {@link dev.thrum.task}, tasks and what they await, and {@link dev.thrum.sync}, how
 * they wait for each other; nothing else is exported.
 */
module dev.thrum {
    // Not transitive, although the annotations stand in the API: a module that requires this one
    // could not be compiled without JSpecify then.
    requires static org.jspecify;

    exports dev.thrum.channel;
    exports dev.thrum.sync;
    exports dev.thrum.task;
}
