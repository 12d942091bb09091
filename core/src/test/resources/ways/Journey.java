import dev.thrum.task.Async;
import dev.thrum.task.AsyncCallable;
import dev.thrum.task.Task;
import java.io.IOException;
import java.time.Duration;

/** Fails in many ways; what it prints is compared with a file. */
public class Journey extends Vehicle {
    private final boolean suspends;

    Journey(boolean suspends) {
        this.suspends = suspends;
    }

    Async<String> ride() {
        return Async.async(() -> {
            String place = board().await();
            return place + "!";
        });
    }

    private Async<String> board() {
        return Async.async(() -> {
            pause();
            return enter("door");
        });
    }

    private void pause() throws Exception {
        if (suspends) {
            Task.sleep(Duration.ofMillis(1)).await();
        }
    }

    private static String enter(String through) throws IOException {
        throw new IOException("no " + through);
    }

    Async<String> drive() {
        return Async.async(() -> {
            pause();
            return super.move();
        });
    }

    private String walk() throws Exception {
        pause();
        return enter("gate");
    }

    final class Seat {
        Async<String> sit() {
            return Async.async(() -> {
                pause();
                return enter("seat") + suspends;
            });
        }
    }

    Async<String> withoutAwait() {
        return Async.async(() -> enter("nothing"));
    }

    Async<Void> caughtInside() {
        return Async.async(() -> {
            pause();
            try {
                enter("way in");
            } catch (IOException caught) {
                caught.printStackTrace();
            }
        });
    }

    static final class Named implements AsyncCallable<String> {
        @Override
        public String call() throws Exception {
            Task.yieldNow().await();
            throw new IOException("named");
        }
    }

    private static void show(String title, Async<?> async) {
        System.err.println("== " + title);
        try {
            Task.blockOn(async);
        } catch (Exception e) {
            e.printStackTrace();
        }
    }

    public static void main(String[] arguments) {
        for (boolean suspends : new boolean[] {false, true}) {
            Journey journey = new Journey(suspends);
            String when = suspends ? ", suspended" : "";
            show("chain" + when, journey.ride());
            show("super" + when, journey.drive());
            show("reference" + when, Async.async(journey::walk));
            show("nested class" + when, journey.new Seat().sit());
            show("caught inside" + when, journey.caughtInside());
        }
        show("without await", new Journey(false).withoutAwait());
        show("named class", Async.async(new Named()));
        show("handle", Task.spawn(new Journey(true).ride()));
    }
}

class Vehicle {
    protected String move() throws IOException {
        throw new IOException("no wheels");
    }
}
