package dev.thrum.sync;

import dev.thrum.task.Async;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class MutexLincheckTest {
    /** One at a time. */
    public static class Model extends QueueModel {
        /** Each wants all there is. */
        public Model() {
            super(1, 1, 1, 1);
        }
    }

    /** The real one. */
    public static class Tested extends AcquiringForReal {
        private final Mutex mutex = new Mutex();

        @Override
        Async<? extends AutoCloseable> acquire(int who) {
            return mutex.lock();
        }

        @Override
        Optional<? extends AutoCloseable> tryAcquire(int who) {
            return mutex.tryLock();
        }
    }

    @Test
    void aMutexIsALineOfWhomOneIsServedAtATime_alsoIfSomeAreCancelled() {
        AcquiringForReal.check(Tested.class, Model.class);
    }
}
