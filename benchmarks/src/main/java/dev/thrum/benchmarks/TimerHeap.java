package dev.thrum.benchmarks;

import java.util.Arrays;
import java.util.concurrent.locks.ReentrantLock;

/** The textbook alternative: a binary heap behind a lock, whose entries know their index. */
final class TimerHeap {

    /** An entry of the heap. */
    abstract static class Entry {
        long deadline;
        int index = -1;

        /** Called when due, without the lock. */
        abstract void fired();
    }

    private final ReentrantLock lock = new ReentrantLock();
    private Entry[] heap = new Entry[64];
    private int size;

    void arm(Entry entry, long deadline) {
        lock.lock();
        try {
            entry.deadline = deadline;
            if (size == heap.length) {
                heap = Arrays.copyOf(heap, 2 * size);
            }
            up(entry, size++);
        } finally {
            lock.unlock();
        }
    }

    boolean cancel(Entry entry) {
        lock.lock();
        try {
            if (entry.index < 0) {
                return false;
            }
            remove(entry);
            return true;
        } finally {
            lock.unlock();
        }
    }

    int expire(long now) {
        int fired = 0;
        while (true) {
            Entry first;
            lock.lock();
            try {
                first = heap[0];
                if (size == 0 || first.deadline - now > 0) {
                    return fired;
                }
                remove(first);
            } finally {
                lock.unlock();
            }
            first.fired();
            fired++;
        }
    }

    private void remove(Entry entry) {
        int hole = entry.index;
        Entry last = heap[--size];
        heap[size] = null;
        entry.index = -1;
        if (hole < size) {
            up(last, hole);
            if (last.index == hole) {
                down(last, hole);
            }
        }
    }

    private void up(Entry entry, int from) {
        int index = from;
        while (index > 0) {
            Entry parent = heap[(index - 1) >>> 1];
            if (entry.deadline - parent.deadline >= 0) {
                break;
            }
            put(parent, index);
            index = (index - 1) >>> 1;
        }
        put(entry, index);
    }

    private void down(Entry entry, int from) {
        int index = from;
        while (2 * index + 1 < size) {
            int child = 2 * index + 1;
            if (child + 1 < size && heap[child + 1].deadline - heap[child].deadline < 0) {
                child++;
            }
            if (heap[child].deadline - entry.deadline >= 0) {
                break;
            }
            put(heap[child], index);
            index = child;
        }
        put(entry, index);
    }

    private void put(Entry entry, int index) {
        heap[index] = entry;
        entry.index = index;
    }
}
