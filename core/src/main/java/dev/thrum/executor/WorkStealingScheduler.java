package dev.thrum.executor;

/** Work-stealing scheduler over daemon threads. */
public final class WorkStealingScheduler implements Scheduler {
    /** First commit: the shape only. */
    public WorkStealingScheduler(int workers, String threadNamePrefix, DeadlineSource deadlines) {}

    @Override
    public boolean execute(Job job) {
        throw new UnsupportedOperationException();
    }

    @Override
    public boolean executeYielded(Job job) {
        throw new UnsupportedOperationException();
    }

    @Override
    public long nanoTime() {
        return System.nanoTime();
    }

    @Override
    public void deadlineMoved(long deadline) {}

    @Override
    public void compensate() {}

    @Override
    public boolean isShutdown() {
        return false;
    }

    @Override
    public void shutdown() {}

    @Override
    public void terminate() {}
}
