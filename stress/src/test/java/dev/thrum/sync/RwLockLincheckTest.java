package dev.thrum.sync;

import dev.thrum.task.Async;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class RwLockLincheckTest {
    /** Two readers and a writer. */
    public static class Model extends QueueModel {
        /** The last is the writer. */
        public Model() {
            super(2, 1, 1, 2);
        }
    }

    /** The real one. */
    public static class Tested extends AcquiringForReal {
        private final RwLock lock = new RwLock();

        @Override
        Async<? extends AutoCloseable> acquire(int who) {
            return who == 2 ? lock.write() : lock.read();
        }

        @Override
        Optional<? extends AutoCloseable> tryAcquire(int who) {
            return who == 2 ? lock.tryWrite() : lock.tryRead();
        }
    }

    @Test
    void aLockServesItsReadersAndWritersInOrder_alsoIfSomeAreCancelled() {
        AcquiringForReal.check(Tested.class, Model.class);
    }
}
