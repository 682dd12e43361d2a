package dev.perennial.testbed.chaos;

import java.io.PrintStream;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CopyOnWriteArrayList;

/** The events of a run, one line each, with the time since the start of the run. Thread-safe. */
final class EventLog {
    private final PrintStream out;
    private final long begin = System.nanoTime();
    private final List<String> lines = new CopyOnWriteArrayList<>();

    EventLog(PrintStream out) {
        this.out = out;
    }

    Duration time() {
        return Duration.ofNanos(System.nanoTime() - begin);
    }

    void add(String event) {
        String line = String.format(Locale.ROOT, "%6.1f s  %s", time().toMillis() / 1e3, event);
        lines.add(line);
        out.println(line);
    }

    /** All lines so far. */
    String text() {
        return String.join("\n", lines);
    }
}
