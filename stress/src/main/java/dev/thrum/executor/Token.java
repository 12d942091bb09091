package dev.thrum.executor;

import org.jspecify.annotations.Nullable;

/** A job that is only passed around; its content shows whether its queueing published it. */
final class Token extends Job {
    int content; // plain on purpose

    Token(int content) {
        this.content = content;
    }

    @Override
    public boolean run(@Nullable Worker worker) {
        throw new AssertionError("not run in these tests");
    }

    /** The content, or 0 for none. */
    static int contentOf(@Nullable Job job) {
        return job instanceof Token token ? token.content : 0;
    }
}
