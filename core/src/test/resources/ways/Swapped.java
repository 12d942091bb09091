import static dev.thrum.task.Async.async;

import dev.thrum.task.Async;
import dev.thrum.task.AsyncCallable;
import dev.thrum.task.Task;
import java.util.ArrayList;
import java.util.List;

/** Is redefined while it runs: then each "old" is another word. */
public class Swapped {

    /** A lambda, of which nothing private is asked. */
    static class ALambda {
        static Async<String> block() {
            return async(() -> {
                Task.yieldNow().await();
                return "old";
            });
        }
    }

    /** A lambda that calls what is woven along with it. */
    static class WithHelper {
        private static String word() throws Exception {
            Task.yieldNow().await();
            return "old";
        }

        static Async<String> block() {
            return async(() -> {
                String word = word();
                return word + " with old";
            });
        }
    }

    /** An object of a class with a name. */
    static class AnObject implements AsyncCallable<String> {
        @Override
        public String call() throws Exception {
            Task.yieldNow().await();
            return "old";
        }

        static Async<String> block() {
            return async(new AnObject());
        }
    }

    public static void main(String[] arguments) {
        for (int i = 0; i < 3; i++) {
            List<Async<String>> blocks = new ArrayList<>();
            blocks.add(ALambda.block());
            blocks.add(WithHelper.block());
            blocks.add(AnObject.block());
            made();
            List<String> words = new ArrayList<>();
            for (Async<String> block : blocks) {
                words.add(Task.blockOn(block));
            }
            System.out.println(String.join(", ", words));
        }
    }

    private static void made() {
        System.out.flush(); // swap
    }
}
