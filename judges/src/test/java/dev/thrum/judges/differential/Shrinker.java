package dev.thrum.judges.differential;

import dev.thrum.judges.differential.Judge.Difference;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Makes a program smaller as long as its renderings still differ: replaces nodes by nothing, by the
 * simplest value, or by a node inside of them. What the compiler rejects is put back.
 */
final class Shrinker {

    private static final int TRIES = 3000;

    private final Judge judge;
    private Difference best;
    private int tries;

    Shrinker(Judge judge, Difference found) {
        this.judge = judge;
        best = found;
    }

    Difference shrink() {
        boolean smaller = true;
        while (smaller && tries < TRIES) {
            smaller = shrink(best.program().tree());
        }
        return best;
    }

    private boolean shrink(Node parent) {
        boolean smaller = false;
        for (int i = 0; i < parent.parts().size(); i++) {
            if (parent.parts().get(i) instanceof Node child && tries < TRIES) {
                smaller |= replace(parent, i, child);
                if (parent.parts().get(i) instanceof Node left) {
                    smaller |= shrink(left);
                }
            }
        }
        return smaller;
    }

    private boolean replace(Node parent, int index, Node child) {
        for (Object candidate : candidates(child)) {
            parent.parts().set(index, candidate);
            if (stillDiffers()) {
                return true;
            }
        }
        parent.parts().set(index, child);
        return false;
    }

    private static List<Object> candidates(Node child) {
        List<Object> all = new ArrayList<>();
        Type type = child.type();
        if (type == null || type == Type.VOID) {
            all.add("");
        } else if (!child.render(false).equals(type.zero())) {
            all.add(type.zero());
        }
        inside(child, type, all);
        return all;
    }

    private static void inside(Node node, @Nullable Type type, List<Object> all) {
        for (Object part : node.parts()) {
            if (part instanceof Node child && all.size() < 12) {
                if (child.type() == type || (type == Type.VOID && child.type() == null)) {
                    all.add(child);
                }
                inside(child, type, all);
            }
        }
    }

    private boolean stillDiffers() {
        tries++;
        try {
            List<Difference> found = judge.compare(List.of(best.program()), best.debug());
            if (!found.isEmpty()) {
                best = found.getFirst();
                return true;
            }
            return false;
        } catch (Compiler.Rejected notJava) {
            return false;
        }
    }
}
