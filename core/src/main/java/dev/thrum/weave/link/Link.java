package dev.thrum.weave.link;

import org.jspecify.annotations.Nullable;

/** How an async body is to be run. */
public sealed interface Link {

    /**
     * By a machine.
     *
     * @param prototype a {@code Coroutine} whose {@code create(self, argument)} makes the machine
     *     of a body
     */
    record Direct(Object prototype) implements Link {}

    /** By calling it: it does not await. */
    enum Plain implements Link {
        /** The only one. */
        PLAIN
    }

    /**
     * It is a reference to a method that can be overridden: {@link Direct} or {@link Plain} depends
     * on the class of the receiver.
     */
    non-sealed interface ByReceiver extends Link {

        /**
         * The object whose method the body refers to.
         *
         * @param body the body
         * @param argument the body's argument, null if it takes none
         * @return the receiver, which takes the place of the body in {@code create}
         */
        @Nullable Object receiver(Object body, @Nullable Object argument);

        /**
         * How the method of a receiver is run. Thread-safe; quick when it was asked before.
         *
         * @param receiver the receiver
         * @return {@link Direct}, or {@link Plain} of the body
         */
        Link link(@Nullable Object receiver);
    }
}
