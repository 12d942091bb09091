package dev.thrum.channel;

import dev.thrum.poll.Pollable;
import dev.thrum.waiting.Owner;
import org.jspecify.annotations.Nullable;

/**
 * The rule that what is awaited belongs to who polls it first, and is not polled again after it
 * completed. Asking who polls is left for when an operation has to wait: one that completes at its
 * first poll has no owner to be confused about.
 */
abstract class Owned extends Pollable {
    /** Who has polled this without getting a result; see {@link Owner}. */
    private @Nullable Object owner;

    /**
     * This is about to wait: from now on it belongs to somebody.
     *
     * @param poller see {@link Owner#of}
     */
    final void claim(Object poller) {
        owner = poller;
    }

    /** This has ended, and need not keep its owner alive. */
    final void disown() {
        owner = null;
    }

    /**
     * Checks that the caller owns this, which has waited before.
     *
     * @throws IllegalStateException if it does not
     */
    final void checkOwner() {
        Object first = owner;
        if (first == null || !Owner.isCaller(first)) {
            throw new IllegalStateException(
                    this
                            + " belongs to "
                            + (first == null ? "nobody" : Owner.name(first))
                            + ", which polled it first, and is now polled by "
                            + Owner.callersName()
                            + ": spawn it and share its handle");
        }
    }

    /** What a poll of this throws after this has completed. */
    final IllegalStateException completed() {
        return completed(this);
    }

    static IllegalStateException completed(Object async) {
        return new IllegalStateException(
                async
                        + " is polled after it completed: it is one-shot, so make a new one for"
                        + " each await, or spawn it and await its handle");
    }
}
