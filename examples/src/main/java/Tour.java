// A tour through tasks, in the order in which the page of Rust's module `async_std::task` tells
// about them: what it says there in a sentence happens here, and is printed.
//
//     ./thrum run examples/src/main/java/Tour.java

import static dev.thrum.task.Async.async;

import dev.thrum.task.Async;
import dev.thrum.task.Context;
import dev.thrum.task.JoinHandle;
import dev.thrum.task.Outcome;
import dev.thrum.task.Poll;
import dev.thrum.task.Task;
import dev.thrum.task.TaskLocal;
import dev.thrum.task.TaskLocalAccessException;
import dev.thrum.task.TaskRuntime;
import dev.thrum.task.Waker;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

void main() throws Exception {
    likeThreads();
    taskModel();
    communication();
    fatalErrors();
    Task.blockOn(spawning());
    Task.blockOn(configuring());
    Task.blockOn(theTaskType());
    Task.blockOn(taskLocals());
    Task.blockOn(naming());
    Task.blockOn(waiting());
    elsewhere();
    Task.blockOn(cancelling());
    Task.blockOn(byHand());
    detachedToTheEnd();
}

// ---- the module ----

void likeThreads() throws InterruptedException {
    title("Tasks are used as threads are");

    var byThread = new AtomicInteger();
    Thread thread = Thread.ofPlatform().name("adder").start(() -> byThread.set(6 * 7));
    thread.join();
    say("a thread was started and joined: " + byThread.get());

    JoinHandle<Integer> task = Task.spawn(() -> 6 * 7);
    say("a task was spawned and joined: " + task.join());
}

// ---- the task model ----

void taskModel() {
    title("A few threads, and many coroutines on them");

    int workers = 2;
    int many = 1000;
    try (var runtime = TaskRuntime.builder().workers(workers).threadName("tour").build()) {
        Set<String> threads = ConcurrentHashMap.newKeySet();
        var suspended = new AtomicInteger();
        runtime.blockOn(() -> {
            var allWait = new CompletableFuture<Void>();
            var gate = new CompletableFuture<String>();
            var tasks = new ArrayList<JoinHandle<String>>();
            for (int i = 0; i < many; i++) {
                tasks.add(
                        Task.spawn(() -> {
                            threads.add(Thread.currentThread().getName());
                            if (suspended.incrementAndGet() == many) {
                                allWait.complete(null);
                            }
                            String message = Async.of(gate).await();
                            threads.add(Thread.currentThread().getName());
                            return message;
                        }));
            }
            Async.of(allWait).await();
            say(many + " tasks wait at once in the middle of their code, and hold no thread");
            gate.complete("go on");
            for (var task : tasks) {
                task.await();
            }
        });
        say("all of it ran on " + workers + " threads or fewer: " + (threads.size() <= workers));
    }

    var child = Task.builder().name("child").spawn(() -> Task.current().name().orElseThrow());
    say("a task can be named: " + child.join());
    say("to join it is to synchronise with it: what it did is visible now");
}

void communication() {
    title("Tasks communicate by messages and by shared memory");

    Task.blockOn(() -> {
        var letterbox = new CompletableFuture<String>();
        var reader = Task.spawn(() -> "the reader got: " + Async.of(letterbox).await());
        Task.spawn(() -> letterbox.complete("a message"));
        say(reader.await());

        // What Rust shares by Arc, the garbage collector looks after here.
        var votes = new ConcurrentHashMap<String, Integer>();
        var voters = new ArrayList<JoinHandle<Void>>();
        for (int i = 0; i < 100; i++) {
            String vote = i % 4 == 0 ? "no" : "yes";
            voters.add(Task.spawn(() -> cast(votes, vote)));
        }
        Async.joinAll(voters).await();
        say("100 tasks counted in one thread-safe map: yes " + votes.get("yes"));
    });
}

void cast(ConcurrentHashMap<String, Integer> votes, String vote) {
    votes.merge(vote, 1, Integer::sum);
}

void fatalErrors() {
    title("A fatal error in any task ends its root task");

    try {
        Task.blockOn(() -> {
            try {
                Task.builder()
                        .name("parent")
                        .spawn(() -> {
                            Task.builder().name("grandchild").spawn(this::fail);
                        });
                Async.pending().await(); // nobody awaits the tasks
            } finally {
                say("the root is cancelled, and cleans up");
            }
        });
    } catch (AssertionError error) {
        say("and its blockOn throws: " + error.getMessage());
        for (Throwable by : error.getSuppressed()) {
            say("as to where it comes from: " + by.getMessage());
        }
    }
    say("other roots go on: " + Task.blockOn(() -> "this one does"));
}

void fail() {
    try {
        throw new AssertionError("this cannot be");
    } finally {
        say("the task's stack unwinds, and its finally blocks run");
    }
}

// ---- spawning ----

Async<Void> spawning() {
    return async(() -> {
        title("Spawning a task");

        Task.spawn(() -> {}); // nobody keeps the handle: the task is detached
        say("a task was spawned, and may run or not, as far as we care");

        var order = new CompletableFuture<String>();
        var orphan = new AtomicReference<JoinHandle<Void>>();
        var parent =
                Task.spawn(() -> {
                    orphan.set(
                            Task.spawn(() -> {
                                say("the orphan does: " + Async.of(order).await());
                            }));
                });
        parent.await();
        say("the parent has ended, its child has not: " + !orphan.get().isDone());
        order.complete("what it was told");
        orphan.get().await();

        JoinHandle<String> child = Task.spawn(() -> "the child's final value");
        String result = child.await();
        say("awaiting the handle gives " + result);
        say("a handle is an async like others: " + child.map(String::length).await());
    });
}

// ---- configuring ----

Async<Void> configuring() {
    return async(() -> {
        title("Configuring a task with a builder");

        Task.builder()
                .name("child1")
                .spawn(() -> say("hello from " + Task.current().name().orElseThrow()))
                .await();

        var contained =
                Task.builder()
                        .isolated()
                        .spawn(() -> {
                            throw new AssertionError("kept inside");
                        });
        if (contained.outcome().await() instanceof Outcome.Failed(var cause)) {
            say("an isolated task keeps a fatal error to its handle: " + cause.getMessage());
        }
    });
}

// ---- the Task type ----

Async<Void> theTaskType() {
    return async(() -> {
        title("The type Task");

        JoinHandle<Task> child = Task.spawn(() -> Task.current());
        Task fromHandle = child.task();
        Task fromInside = child.await();
        say("from the handle and from inside, the same: " + fromHandle.equals(fromInside));
        say("ids ascend: " + (fromHandle.id().compareTo(Task.current().id()) > 0));
        say("a task without a name: " + fromHandle.name());
    });
}

// ---- task-locals ----

static final TaskLocal<List<String>> NOTES =
        TaskLocal.withInitial(
                () -> {
                    say("  (a list is made for " + me() + ")");
                    return new ArrayList<>();
                },
                notes -> say("  (the list of " + me() + " is destroyed: " + notes + ")"));

static String me() {
    return Task.current().name().orElse("somebody");
}

Async<Void> taskLocals() {
    return async(() -> {
        title("Task-local values");

        for (String name : List.of("ann", "bob")) {
            Task.builder()
                    .name(name)
                    .spawn(() -> {
                        say(name + " has not used it yet");
                        NOTES.get().add("first");
                        Task.yieldNow().await(); // perhaps on another thread then
                        NOTES.use(notes -> notes.add("second"));
                        say(name + "'s own: " + NOTES.with(List::size) + " notes");
                    })
                    .await();
        }
        var idle = Task.builder().name("carl").spawn(() -> {});
        idle.await();
        say("carl never used it: none was made, none destroyed");
    });
}

// ---- naming ----

Async<Void> naming() {
    return async(() -> {
        title("Names");

        var unnamed = Task.spawn(() -> Task.current().name());
        say("by default: " + unnamed.await());
        var named = Task.builder().name("worker bee").spawn(() -> Task.current().name());
        say("by the builder, read inside: " + named.await());
        say("and outside: " + named.task().name().orElseThrow());
    });
}

// ---- the functions ----

Async<Void> waiting() {
    return async(() -> {
        title("sleep, yieldNow, spawnBlocking, spawnLocal");

        long start = System.nanoTime();
        Task.sleep(Duration.ofMillis(20)).await();
        long slept = System.nanoTime() - start;
        say("slept 20 ms, never less: " + (slept >= 20_000_000));

        var order = new StringBuilder(); // only this thread touches it
        var one = Task.spawnLocal(counter(order, "a"));
        var two = Task.spawnLocal(counter(order, "b"));
        one.await();
        two.await();
        say("two local tasks that yield take turns: " + order);

        Thread here = Thread.currentThread();
        var local = Task.spawnLocal(() -> Thread.currentThread());
        say("they run on the thread that spawned them: " + (local.await() == here));

        var latch = new CountDownLatch(1);
        var blocked =
                Task.builder()
                        .name("slow")
                        .spawnBlocking(() -> {
                            latch.await(); // blocks a thread, but no worker
                            return me();
                        });
        Task.spawn(latch::countDown);
        say("blocking code is a task, too: " + blocked.await());
    });
}

Async<Void> counter(StringBuilder order, String name) {
    return async(() -> {
        for (int i = 0; i < 3; i++) {
            order.append(name).append(i).append(' ');
            Task.yieldNow().await();
        }
    });
}

void elsewhere() {
    title("Outside of tasks");

    say(
            "blockOn runs a root task on this thread: "
                    + Task.builder().name("root").blockOn(() -> me()));
    Optional<Task> none = Task.tryCurrent();
    say("tryCurrent: " + none);
    try {
        say("current: " + Task.current());
    } catch (IllegalStateException e) {
        say("current: " + e.getMessage());
    }
    say("a task-local with tryWith: " + NOTES.tryWith(List::size));
    try {
        say("with get: " + NOTES.get());
    } catch (TaskLocalAccessException e) {
        say("with get: " + e.getMessage());
    }
}

Async<Void> cancelling() {
    return async(() -> {
        title("Cancelling through the handle");

        var started = new CompletableFuture<Void>();
        var sleeper =
                Task.spawn(() -> {
                    started.complete(null);
                    try {
                        Task.sleep(Duration.ofDays(1)).await();
                    } catch (CancellationException e) {
                        Task.sleep(Duration.ofMillis(1)).await(); // may await
                        say("the sleeper cleans up, then lets it pass");
                        throw e;
                    }
                });
        Async.of(started).await(); // or else it would never start
        say("it ended as " + sleeper.cancel().await());

        var quick = Task.spawn(() -> "done");
        quick.await();
        say("cancelled too late: " + quick.cancel().await());
    });
}

// ---- Poll, Context, Waker ----

/** A light that somebody switches on, once; an async written by hand. */
static final class Light implements Async<String> {
    private boolean on; // guarded by this
    private Waker waker = Waker.noop(); // guarded by this

    @Override
    public synchronized Poll<String> poll(Context cx) {
        if (on) {
            return Poll.ready("the light is on");
        }
        waker = cx.waker(); // of the latest poll
        return Poll.pending();
    }

    void switchOn() {
        Waker waiting;
        synchronized (this) {
            on = true;
            waiting = waker;
        }
        waiting.wake(); // with no lock held
    }
}

Async<Void> byHand() {
    return async(() -> {
        title("Poll, Context and Waker");

        var light = new Light();
        var seeing = Task.spawn(light);
        Thread.ofPlatform().start(light::switchOn); // wakes from any thread
        say("awaited in a task: " + seeing.await());

        // What ready! is in Rust: a pattern. Each poll is ready, or is passed on.
        var lamp = new Light();
        Async<Integer> length =
                cx -> {
                    if (!(lamp.poll(cx) instanceof Poll.Ready(var text))) {
                        return Poll.pending();
                    }
                    return Poll.ready(text.length());
                };
        var wakes = new AtomicInteger();
        Context cx = Context.of(Waker.of(wakes::incrementAndGet));
        say("polled in the dark: " + length.poll(cx));
        lamp.switchOn();
        say("woken " + wakes.get() + " time, polled again: " + length.poll(cx));
    });
}

// ---- the end ----

void detachedToTheEnd() {
    title("The end");

    Task.blockOn(() -> {
        Task.spawn(() -> Task.sleep(Duration.ofDays(1)).await());
    });
    say("a task still sleeps for a day; the root has ended, and so the program does");
}

void title(String text) {
    IO.println("\n" + text);
}

static void say(String text) {
    IO.println("  " + text);
}
