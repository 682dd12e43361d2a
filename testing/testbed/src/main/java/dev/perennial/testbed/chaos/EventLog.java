package dev.perennial.testbed.chaos;

import java.io.PrintStream;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CopyOnWriteArrayList;

/** What happens in a run, one line each with the time since its beginning; from many threads. */
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

    void tell(String what) {
        String line = String.format(Locale.ROOT, "%6.1f s  %s", time().toMillis() / 1e3, what);
        lines.add(line);
        out.println(line);
    }

    /** All of it so far. */
    String text() {
        return String.join("\n", lines);
    }
}
