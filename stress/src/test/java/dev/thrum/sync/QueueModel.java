package dev.thrum.sync;

import java.util.ArrayDeque;
import java.util.Deque;

/**
 * What a mutex, a semaphore and a read-write lock do, if nothing happens at the same time: a number
 * of permits, and a queue that is served strictly in order.
 */
abstract class QueueModel extends Acquiring {
    private final int[] wants;
    private final boolean[] granted = new boolean[3];
    private final boolean[] holds = new boolean[3];
    private final Deque<Integer> queue = new ArrayDeque<>();
    private int free;

    QueueModel(int total, int... wants) {
        this.free = total;
        this.wants = wants;
    }

    @Override
    String step(int who) {
        if (holds[who]) {
            holds[who] = false;
            giveBack(who);
            return "closed";
        }
        if (granted[who]) {
            granted[who] = false;
            holds[who] = true;
            return "holds";
        }
        if (queue.contains(who)) {
            return "waits";
        }
        if (tryNow(who).equals("holds")) {
            return "holds";
        }
        queue.add(who);
        return "waits";
    }

    @Override
    String tryNow(int who) {
        if (holds[who] || granted[who] || queue.contains(who)) {
            return "busy";
        }
        if (!queue.isEmpty() || free < wants[who]) {
            return "no";
        }
        free -= wants[who];
        holds[who] = true;
        return "holds";
    }

    @Override
    String cancel(int who) {
        if (granted[who]) {
            granted[who] = false;
            giveBack(who);
            return "cancelled";
        }
        if (queue.remove(who)) {
            serve();
            return "cancelled";
        }
        return "not waiting";
    }

    private void giveBack(int who) {
        free += wants[who];
        serve();
    }

    private void serve() {
        while (!queue.isEmpty() && wants[queue.peek()] <= free) {
            int next = queue.remove();
            free -= wants[next];
            granted[next] = true;
        }
    }
}
