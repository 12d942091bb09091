package dev.thrum.weave;

import static dev.thrum.weave.shapes.Awaiting.later;
import static org.assertj.core.api.Assertions.assertThat;

import dev.thrum.task.Async;
import dev.thrum.task.AsyncCallable;
import dev.thrum.task.Context;
import dev.thrum.task.Coroutine;
import dev.thrum.task.Waker;
import dev.thrum.weave.shapes.Awaiting;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("V6: a suspended block keeps what is still needed, and nothing else")
class StateTest {

    @BeforeEach
    void pending() {
        Awaiting.setPending(true);
    }

    @AfterEach
    void ready() {
        Awaiting.setPending(false);
        Awaiting.takeTrace();
    }

    /** What the machine's own fields refer to. */
    private static List<Object> kept(Async<?> block) throws Exception {
        List<Object> kept = new ArrayList<>();
        assertThat(block.getClass().getSuperclass()).isEqualTo(Coroutine.class);
        for (Field field : block.getClass().getDeclaredFields()) {
            field.setAccessible(true);
            if (!field.getType().isPrimitive() && field.get(block) != null) {
                kept.add(field.get(block));
            }
        }
        return kept;
    }

    private static void poll(Async<?> block) throws Exception {
        assertThat(block.poll(Context.of(Waker.noop())).isPending()).isTrue();
        // The second poll of what is awaited is pending too, and runs no code of the block.
        assertThat(block.poll(Context.of(Waker.noop())).isPending()).isTrue();
    }

    /** The awaited thing is ready now: on to the next await. */
    private static void proceed(Async<?> block) throws Exception {
        poll(block);
    }

    @Test
    void V6_variablesAreDroppedWhenTheyAreDead() throws Exception {
        String captured = "captured";
        Async<Object> block =
                Async.async(() -> {
                    String a = captured + "a";
                    String b = captured + later("b").await();
                    Awaiting.trace(a);
                    later(1).await();
                    Awaiting.trace(b);
                    later(2).await();
                    return null;
                });
        assertThat(kept(block)).containsExactly("captured");
        poll(block);
        assertThat(kept(block)).containsExactlyInAnyOrder("captured", "captureda");
        proceed(block);
        assertThat(kept(block)).containsExactly("capturedb");
        proceed(block);
        assertThat(kept(block)).isEmpty();
    }

    @Test
    void V6_capturesThatAreNeverReadAreNotKept() throws Exception {
        Object unused = new Object();
        Async<Object> block =
                Async.async(() -> {
                    later(1).await();
                    if (Awaiting.takeTrace().isEmpty()) {
                        return 1;
                    }
                    return unused;
                });
        assertThat(kept(block)).containsExactly(unused);
        poll(block);
        assertThat(kept(block)).containsExactly(unused);
        Async<Object> other =
                Async.async(
                        new AsyncCallable<Object>() {
                            @Override
                            public Object call() throws Exception {
                                return later(1).await();
                            }
                        });
        assertThat(kept(other)).isEmpty();
    }

    @Test
    void V6_valuesOnTheStackAreKeptOnlyWhileTheyAreThere() throws Exception {
        Async<Object> block =
                Async.async(() -> {
                    String s = "x".repeat(2).concat(later("y").await());
                    later(1).await();
                    return s.length();
                });
        poll(block);
        assertThat(kept(block)).containsExactly("xx");
        proceed(block);
        assertThat(kept(block)).containsExactly("xxy");
    }

    @Test
    void V6_theBlockOfALoopKeepsItsVariablesOnly() throws Exception {
        List<String> all = List.of("a", "b");
        Async<Object> block =
                Async.async(() -> {
                    for (String s : all) {
                        later(s).await();
                    }
                    later(0).await();
                    return 1;
                });
        poll(block);
        assertThat(kept(block)).hasSize(1); // the iterator
        proceed(block);
        assertThat(kept(block)).hasSize(1);
        proceed(block);
        assertThat(kept(block)).isEmpty();
    }

    @Test
    void V6_statesShareFields() throws Exception {
        Async<Object> block =
                Async.async(() -> {
                    String a = "a".repeat(2);
                    later(1).await();
                    Awaiting.trace(a);
                    String b = "b".repeat(2);
                    later(2).await();
                    Awaiting.trace(b);
                    long n = System.nanoTime();
                    later(3).await();
                    return n;
                });
        long fields =
                java.util.Arrays.stream(block.getClass().getDeclaredFields())
                        .filter(f -> !Modifier.isStatic(f.getModifiers()))
                        .count();
        assertThat(fields).isEqualTo(2);
    }
}
