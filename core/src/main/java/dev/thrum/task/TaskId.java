package dev.thrum.task;

/**
 * The identity of a task: unique in this process, ascending by creation from 1, never reused.
 *
 * @param value the number
 */
public record TaskId(long value) implements Comparable<TaskId> {
    /**
     * Checks the number.
     *
     * @throws IllegalArgumentException if {@code value} is not positive
     */
    public TaskId {
        if (value <= 0) {
            throw new IllegalArgumentException("a task id is positive, not " + value);
        }
    }

    @Override
    public int compareTo(TaskId other) {
        return Long.compare(value, other.value);
    }

    /** The number, as {@code 7}. */
    @Override
    public String toString() {
        return Long.toString(value);
    }
}
