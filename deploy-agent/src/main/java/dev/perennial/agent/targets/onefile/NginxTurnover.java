package dev.perennial.agent.targets.onefile;

import dev.perennial.agent.targets.Turnover;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * The workers of nginx that accept connections, as /proc shows them. A reload starts as many new workers as configured,
 * then tells the old ones to shut down. An old worker changes its title and closes its listening sockets in one turn of
 * its event loop; it may go on serving open connections, which does not matter here.
 *
 * <p>A reload that another program began before the baseline may start workers with the former configuration. They are
 * not in the baseline; but while they accept, either no worker of our reload does, and handshakes show the former
 * certificate, or there are more workers than in the baseline.
 */
final class NginxTurnover implements Turnover {
    private static final String MASTER = "nginx: master process";
    private static final String WORKER = "nginx: worker process";
    private static final String SHUTTING_DOWN = "is shutting down";
    private static final Duration PAUSE = Duration.ofMillis(10);

    /** After this time without a worker of the baseline, the number of workers is considered as changed. */
    private static final Duration STABLE = Duration.ofSeconds(1);

    private static final int START_TIME = 20;

    private final Path proc;
    private final long master;
    private final Set<Worker> baseline;
    private Set<Worker> accepting = Set.of();

    private NginxTurnover(Path proc, long master, Set<Worker> baseline) {
        this.proc = proc;
        this.master = master;
        this.baseline = baseline;
    }

    /** A worker; a later process with the same id has another start time. */
    private record Worker(long pid, String startTime) implements Comparable<Worker> {
        @Override
        public int compareTo(Worker other) {
            int byPid = Long.compare(pid, other.pid);
            return byPid == 0 ? startTime.compareTo(other.startTime) : byPid;
        }
    }

    /** The baseline; unknown if the file or the processes cannot be read. */
    static Turnover before(Path pidFile) {
        return before(pidFile, Path.of("/proc"));
    }

    static Turnover before(Path pidFile, Path proc) {
        try {
            long master = Long.parseLong(Files.readString(pidFile).strip());
            Set<Worker> baseline = accepting(proc, master);
            return baseline.isEmpty() || !title(proc, master).startsWith(MASTER)
                    ? Turnover.UNKNOWN
                    : new NginxTurnover(proc, master, baseline);
        } catch (IOException | NumberFormatException e) {
            return Turnover.UNKNOWN;
        }
    }

    /** One thread observes, the others wait for it. */
    @Override
    public synchronized State await(long deadline) {
        try {
            if (!accepting.isEmpty() && accepting.equals(accepting(proc, master))) {
                return State.COMPLETE;
            }
            Optional<Long> othersOnly = Optional.empty();
            while (true) {
                Set<Worker> now = accepting(proc, master);
                if (now.isEmpty() || !Collections.disjoint(now, baseline)) {
                    othersOnly = Optional.empty();
                } else if (now.size() == baseline.size()) {
                    accepting = now;
                    return State.COMPLETE;
                } else if (othersOnly.isEmpty()) {
                    othersOnly = Optional.of(System.nanoTime());
                } else if (System.nanoTime() - othersOnly.get() > STABLE.toNanos()) {
                    return State.UNKNOWN;
                }
                if (System.nanoTime() >= deadline) {
                    return State.PENDING;
                }
                Thread.sleep(PAUSE);
            }
        } catch (IOException e) {
            // The master has ended, or the processes are no longer visible.
            return State.UNKNOWN;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while waiting for the turnover of nginx", e);
        }
    }

    @Override
    public synchronized boolean unchanged() {
        try {
            return accepting.equals(accepting(proc, master));
        } catch (IOException e) {
            return false;
        }
    }

    private static Set<Worker> accepting(Path proc, long master) throws IOException {
        String children = Files.readString(proc.resolve(master + "/task/" + master + "/children"));
        Set<Worker> workers = new TreeSet<>();
        for (String child : children.strip().split(" ")) {
            if (!child.isEmpty()) {
                worker(proc, Long.parseLong(child)).ifPresent(workers::add);
            }
        }
        return workers;
    }

    private static Optional<Worker> worker(Path proc, long pid) throws IOException {
        try {
            String title = title(proc, pid);
            return title.startsWith(WORKER) && !title.contains(SHUTTING_DOWN)
                    ? Optional.of(new Worker(pid, startTime(proc, pid)))
                    : Optional.empty();
        } catch (NoSuchFileException e) {
            // It has just ended.
            return Optional.empty();
        }
    }

    private static String title(Path proc, long pid) throws IOException {
        return read(proc.resolve(pid + "/cmdline")).replace('\0', ' ');
    }

    /** Field 22 of proc_pid_stat(5); the second field, in parentheses, may contain blanks. */
    private static String startTime(Path proc, long pid) throws IOException {
        String stat = read(proc.resolve(pid + "/stat"));
        String[] fields = stat.substring(stat.lastIndexOf(')') + 1).strip().split(" ");
        if (fields.length < START_TIME) {
            // The process has ended during the read.
            throw new NoSuchFileException(pid + "/stat");
        }
        return fields[START_TIME - 1];
    }

    /** A process that ends during the read yields ESRCH, which is no exception of its own in Java. */
    private static String read(Path file) throws IOException {
        try {
            return Files.readString(file, StandardCharsets.ISO_8859_1);
        } catch (NoSuchFileException e) {
            throw e;
        } catch (IOException e) {
            if (String.valueOf(e.getMessage()).contains("No such process")) {
                throw new NoSuchFileException(file.toString());
            }
            throw e;
        }
    }
}
