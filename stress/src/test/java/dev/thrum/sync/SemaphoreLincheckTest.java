package dev.thrum.sync;

import dev.thrum.task.Async;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class SemaphoreLincheckTest {
    /** Three permits. */
    public static class Model extends QueueModel {
        /** Each wants another number. */
        public Model() {
            super(3, 1, 2, 3);
        }
    }

    /** The real one. */
    public static class Tested extends AcquiringForReal {
        private final Semaphore semaphore = new Semaphore(3);

        @Override
        Async<? extends AutoCloseable> acquire(int who) {
            return semaphore.acquire(who + 1);
        }

        @Override
        Optional<? extends AutoCloseable> tryAcquire(int who) {
            return semaphore.tryAcquire(who + 1);
        }
    }

    @Test
    void aSemaphoreServesItsLineInOrder_alsoIfSomeAreCancelled() {
        AcquiringForReal.check(Tested.class, Model.class);
    }
}
