package dev.thrum.sync;

import dev.thrum.task.Waker;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A set of wakers, by identity, in order: for one only a reference, for more a hash set. Calls no
 * method of a waker. Not thread-safe.
 */
final class Wakers {
    /** A waker whose own {@code equals} and {@code hashCode}, user code, are left alone. */
    private record Identity(Waker waker) {
        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof Identity(var others) && others == waker;
        }

        @Override
        public int hashCode() {
            return System.identityHashCode(waker);
        }
    }

    private @Nullable Waker only;
    private @Nullable Set<Identity> many;

    void add(Waker waker) {
        if (many != null) {
            many.add(new Identity(waker));
        } else if (only == null || only == waker) {
            only = waker;
        } else {
            many = new LinkedHashSet<>();
            many.add(new Identity(only));
            many.add(new Identity(waker));
            only = null;
        }
    }

    void remove(Waker waker) {
        if (many != null) {
            many.remove(new Identity(waker));
        } else if (only == waker) {
            only = null;
        }
    }

    int size() {
        return many != null ? many.size() : only != null ? 1 : 0;
    }

    /** Takes all out. */
    List<Waker> removeAll() {
        List<Waker> all = new ArrayList<>(size());
        if (many != null) {
            many.forEach(identity -> all.add(identity.waker()));
        } else if (only != null) {
            all.add(only);
        }
        many = null;
        only = null;
        return all;
    }
}
