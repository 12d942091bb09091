/**
 * Asynchronous tasks for Java: stackless coroutines, multiplexed on a few threads.
 *
 * <p>The API is {@link dev.thrum.task}, tasks and what they await, and, built on it, {@link
 * dev.thrum.channel}, what they tell each other, {@link dev.thrum.sync}, how they wait for each
 * other, and {@link dev.thrum.stream}, what comes one after another. Nothing else is exported.
 */
module dev.thrum {
    // Not transitive, although the annotations stand in the API: a module that requires this one
    // could not be compiled without JSpecify then.
    requires static org.jspecify;
    requires static java.instrument; // for the agent; a program that has one has that module

    exports dev.thrum.channel;
    exports dev.thrum.stream;
    exports dev.thrum.sync;
    exports dev.thrum.task;
    exports dev.thrum.weave.agent to
            java.instrument; // which starts the agent
}
