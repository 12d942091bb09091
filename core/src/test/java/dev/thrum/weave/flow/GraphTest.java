package dev.thrum.weave.flow;

import static org.assertj.core.api.Assertions.assertThat;

import dev.thrum.weave.Codes;
import dev.thrum.weave.code.MethodCode;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("Basic blocks, and the ways between them")
class GraphTest {

    private static int[] blocks(MethodCode code, Graph graph) {
        return Codes.places(code).stream().mapToInt(graph::blockOf).toArray();
    }

    /** Whether one block leads to another, directly or not. */
    private static boolean leads(Graph graph, int from, int to) {
        boolean[] seen = new boolean[graph.blocks()];
        java.util.ArrayDeque<Integer> open = new java.util.ArrayDeque<>(List.of(from));
        while (!open.isEmpty()) {
            for (int next : graph.successors(open.remove())) {
                if (next == to) {
                    return true;
                }
                if (!seen[next]) {
                    seen[next] = true;
                    open.add(next);
                }
            }
        }
        return false;
    }

    @Test
    void straightCodeIsOneBlock() {
        MethodCode code = Codes.of("int a", "at(); a++; at(a);");
        Graph graph = new Graph(code);
        assertThat(graph.blocks()).isEqualTo(1);
        assertThat(graph.successors(0)).isEmpty();
        assertThat(graph.start(1)).isEqualTo(code.size());
    }

    @Test
    void branchesMeetAgain() {
        MethodCode code = Codes.of("boolean z", "if (z) at(1); else at(2); at(3);");
        Graph graph = new Graph(code);
        int[] at = blocks(code, graph);
        assertThat(at).doesNotHaveDuplicates();
        assertThat(graph.successors(0)).containsExactlyInAnyOrder(at[0], at[1]);
        assertThat(graph.successors(at[0])).containsExactly(at[2]);
        assertThat(graph.successors(at[1])).containsExactly(at[2]);
        assertThat(leads(graph, at[2], at[0])).isFalse();
    }

    @Test
    void loopsLeadBack() {
        MethodCode code = Codes.of("int n", "while (n > 0) { at(); n--; } at();");
        Graph graph = new Graph(code);
        int[] at = blocks(code, graph);
        assertThat(leads(graph, at[0], at[0])).isTrue();
        assertThat(leads(graph, at[1], at[0])).isFalse();
    }

    @Test
    void switchesLeadToAllCasesAndTheDefault() {
        MethodCode code =
                Codes.of(
                        "int n",
                        "switch (n) { case 1: at(1); case 2: at(2); break; case 900: at(3); break;"
                                + " default: at(4); } at(5);");
        Graph graph = new Graph(code);
        int[] at = blocks(code, graph);
        assertThat(graph.successors(0)).contains(at[0], at[1], at[2], at[3]);
        assertThat(graph.successors(at[0])).containsExactly(at[1]); // falls through
        assertThat(graph.successors(at[2])).containsExactly(at[4]);
    }

    @Test
    void whatThrowsOrReturnsHasNoSuccessor() {
        MethodCode code =
                Codes.of("boolean z", "if (z) { at(1); throw new Error(); } at(2); return;");
        Graph graph = new Graph(code);
        int[] at = blocks(code, graph);
        assertThat(graph.successors(at[0])).isEmpty();
        assertThat(graph.successors(at[1])).isEmpty();
    }

    /** An instruction that throws leads into all of its handlers; a block has one set of them. */
    @Test
    void handlersAreInTheirOrder() {
        MethodCode code =
                Codes.of(
                        "",
                        "at(1); try { at(2); try { at(3); } catch (IllegalStateException e) {"
                                + " at(4); } } catch (Exception e) { at(5); } finally { at(6); }");
        Graph graph = new Graph(code);
        int[] at = blocks(code, graph);
        assertThat(graph.handlers(at[0])).isEmpty();
        assertThat(graph.handlers(at[1])).hasSize(2); // Exception, and what is for finally
        assertThat(graph.handlers(at[2])).hasSize(3);
        assertThat(Arrays.copyOfRange(graph.handlers(at[2]), 1, 3))
                .isEqualTo(graph.handlers(at[1]));
        assertThat(graph.handlers(at[3])).isEqualTo(graph.handlers(at[1]));
        assertThat(graph.handlers(at[4])).as("finally, copied").isEmpty();
        assertThat(graph.handlers(at[5])).hasSize(1);
        assertThat(graph.reachableHandlers(at[2])).isEqualTo(3);
    }

    @Test
    void nothingIsThrownPastAHandlerOfEverything() {
        MethodCode code =
                Codes.of(
                        "Object a",
                        "try { synchronized (a) { at(1); } } catch (Exception e) { at(2); }");
        Graph graph = new Graph(code);
        int inside = blocks(code, graph)[0];
        assertThat(graph.handlers(inside)).hasSize(2);
        assertThat(graph.reachableHandlers(inside)).isEqualTo(1);
    }
}
