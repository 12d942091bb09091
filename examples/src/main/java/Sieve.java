// The primes, by a pipeline: a task for each prime found, each passing on what it does not divide.
//
//     ./thrum run examples/src/main/java/Sieve.java [COUNT]
//
// Prints the first COUNT primes (default 100), ten a line. The tasks are children of one scope:
// when
// the last prime is there, closing the channels ends them all.

import static dev.thrum.task.Async.async;

import dev.thrum.channel.Channel;
import dev.thrum.channel.ChannelClosedException;
import dev.thrum.task.Async;
import dev.thrum.task.Task;
import dev.thrum.task.TaskScope;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** How many numbers a stage may be ahead of the next. */
static final int AHEAD = 64;

void main(String[] args) {
    int count = args.length == 0 ? 100 : count(args);
    List<Integer> primes = Task.blockOn(primes(count));
    for (int i = 0; i < primes.size(); i += 10) {
        IO.println(
                primes.subList(i, Math.min(i + 10, primes.size())).stream()
                        .map(String::valueOf)
                        .collect(Collectors.joining(" ")));
    }
}

Async<List<Integer>> primes(int count) {
    return TaskScope.call(scope -> {
        var primes = new ArrayList<Integer>();
        var channels = new ArrayList<Channel<Integer>>();
        Channel<Integer> in = Channel.bounded(AHEAD);
        channels.add(in);
        scope.spawn(numbers(in));
        while (true) {
            int prime = in.receive().await(); // the first that no stage has kept back
            primes.add(prime);
            if (primes.size() == count) {
                channels.forEach(Channel::close); // whoever still sends or receives learns of it
                return primes;
            }
            Channel<Integer> out = Channel.bounded(AHEAD);
            channels.add(out);
            scope.spawn(passOn(in, out, prime));
            in = out;
        }
    });
}

/** Sends 2, 3, 4 and so on, until nobody wants more. */
Async<Void> numbers(Channel<Integer> out) {
    return async(() -> {
        try {
            for (int number = 2; ; number++) {
                out.send(number).await();
            }
        } catch (ChannelClosedException enough) {
            return;
        }
    });
}

/** Passes on all but the multiples of a prime. */
Async<Void> passOn(Channel<Integer> in, Channel<Integer> out, int prime) {
    return async(() -> {
        try {
            for (var next = in.next().await(); next.isPresent(); next = in.next().await()) {
                if (next.get() % prime != 0) {
                    out.send(next.get()).await();
                }
            }
        } catch (ChannelClosedException enough) {
            return;
        }
    });
}

int count(String[] args) {
    if (args.length > 1) {
        fail("usage: Sieve [COUNT]");
    }
    try {
        int count = Integer.parseInt(args[0]);
        if (count > 0) {
            return count;
        }
    } catch (NumberFormatException e) {
        // as bad as a negative one
    }
    fail("Sieve: COUNT is \"" + args[0] + "\": it has to be a positive number");
    return 0;
}

void fail(String message) {
    System.err.println(message);
    System.exit(2);
}
