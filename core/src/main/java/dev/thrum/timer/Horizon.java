package dev.thrum.timer;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * For each shard the key at which it wants attention, to be read without its lock.
 *
 * <p>Workers read all of them in every round, while arms and cancels write to the shards all the
 * time; so the keys live apart from the shards, each on cache lines of its own, and are written
 * only when they change.
 *
 * <p>All accesses are volatile. A store is part of a store-then-load handshake on either side:
 * whoever arms stores a key and then looks for sleeping workers (by way of the listener); whoever
 * goes to sleep says so and then loads the keys. In the total order of these one sees the other.
 */
final class Horizon {

    private static final VarHandle KEYS = MethodHandles.arrayElementVarHandle(long[].class);

    /** 128 bytes per key: processors fetch lines of 64 bytes in pairs. */
    private static final int STRIDE = 16;

    private final long[] keys;
    private final int shards;

    Horizon(int shards) {
        this.shards = shards;
        this.keys = new long[(shards + 1) * STRIDE];
        for (int i = 0; i < shards; i++) {
            set(i, Wheel.NONE);
        }
    }

    long get(int shard) {
        return (long) KEYS.getVolatile(keys, (shard + 1) * STRIDE);
    }

    void set(int shard, long key) {
        KEYS.setVolatile(keys, (shard + 1) * STRIDE, key);
    }

    /** {@return the earliest key of all shards, each as it was at some moment during the call} */
    long first() {
        long first = Wheel.NONE;
        for (int i = 0; i < shards; i++) {
            long key = get(i);
            if (Wheel.before(key, first)) {
                first = key;
            }
        }
        return first;
    }
}
