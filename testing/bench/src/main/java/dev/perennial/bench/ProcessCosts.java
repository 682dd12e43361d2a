package dev.perennial.bench;

import dev.perennial.testbed.Part;
import dev.perennial.testbed.Stack;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Stream;

/** CPU time and memory of each part, including its child processes, from {@code /proc} (Linux). */
final class ProcessCosts {
    private static final long TICKS_PER_SECOND = 100; // USER_HZ, fixed by the kernel's interface on every Linux

    /** CPU time so far, and current memory. */
    record Cost(Duration cpu, long residentBytes) {
        Cost minus(Cost before) {
            return new Cost(cpu.minus(before.cpu), residentBytes);
        }
    }

    private ProcessCosts() {}

    static Map<String, Cost> of(Stack stack) {
        Map<String, Cost> costs = new LinkedHashMap<>();
        for (Part part : stack.parts()) {
            part.pid().ifPresent(pid -> costs.put(part.name(), ofTree(pid)));
        }
        costs.put("bench and acme-proxy", one(ProcessHandle.current().pid()));
        return costs;
    }

    static Map<String, Cost> difference(Map<String, Cost> before, Map<String, Cost> after) {
        Map<String, Cost> used = new LinkedHashMap<>();
        after.forEach((name, cost) -> used.put(name, cost.minus(before.get(name))));
        return used;
    }

    private static Cost ofTree(long pid) {
        Stream<ProcessHandle> children = ProcessHandle.of(pid).stream().flatMap(ProcessHandle::descendants);
        return Stream.concat(Stream.of(pid), children.map(ProcessHandle::pid))
                .map(ProcessCosts::one)
                .reduce(
                        new Cost(Duration.ZERO, 0),
                        (a, b) -> new Cost(a.cpu.plus(b.cpu), a.residentBytes + b.residentBytes));
    }

    private static Cost one(long pid) {
        try {
            String stat = Files.readString(Path.of("/proc/" + pid + "/stat"));
            // The program name is in parentheses and may contain spaces; the fields are counted from the one after it.
            String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
            long ticks = Long.parseLong(fields[11])
                    + Long.parseLong(fields[12])
                    + Long.parseLong(fields[13])
                    + Long.parseLong(fields[14]);
            return new Cost(Duration.ofMillis(ticks * 1000 / TICKS_PER_SECOND), resident(pid));
        } catch (java.nio.file.NoSuchFileException e) {
            return new Cost(Duration.ZERO, 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The proportional set size: memory that processes share, such as PostgreSQL's buffers, is divided among them. */
    private static long resident(long pid) throws IOException {
        try (Stream<String> lines = Files.lines(Path.of("/proc/" + pid + "/smaps_rollup"))) {
            return lines.filter(line -> line.startsWith("Pss:"))
                    .map(line -> Long.parseLong(line.replaceAll("[^0-9]", "")) * 1024)
                    .findFirst()
                    .orElse(0L);
        }
    }
}
