package dev.thrum.timer;

import java.util.ArrayList;
import java.util.List;

/** An entry that tells when it fired, and then does as it is told. */
class Probe extends TimerEntry {

    static final Runnable NOTHING = () -> {};

    private final String name;
    private final List<Probe> log;
    private Runnable then = NOTHING;
    int count;

    Probe(String name, List<Probe> log) {
        this.name = name;
        this.log = log;
    }

    Probe() {
        this("probe", new ArrayList<>());
    }

    Probe then(Runnable action) {
        then = action;
        return this;
    }

    @Override
    protected void fired() {
        count++;
        log.add(this);
        then.run();
    }

    @Override
    public String toString() {
        return name;
    }
}
