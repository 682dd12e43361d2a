package dev.perennial.testbed.process;

import dev.perennial.testbed.PartFailedException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/**
 * Pauses and resumes processes, like a hypervisor under load: connections stay open without responses, and the process does not
 * detect the pause.
 */
public final class ProcessPause {
    private static final Set<Long> FROZEN = ConcurrentHashMap.newKeySet();

    static {
        // A paused process does not react to SIGTERM and would outlive this JVM.
        Runtime.getRuntime().addShutdownHook(new Thread(() -> FROZEN.forEach(ProcessPause::thaw), "thaw"));
    }

    private ProcessPause() {}

    /** Pauses the process first, so that it starts no more children, and then its children. */
    public static void freeze(long pid) {
        FROZEN.add(pid);
        signal("-STOP", pid);
    }

    /** No effect on a process that was not paused or has ended. */
    public static void thaw(long pid) {
        signal("-CONT", pid);
        FROZEN.remove(pid);
    }

    private static void signal(String signal, long pid) {
        ProcessHandle.of(pid).ifPresent(process -> {
            send(signal, Stream.of(process));
            send(signal, process.descendants());
        });
    }

    private static void send(String signal, Stream<ProcessHandle> processes) {
        List<String> command = new ArrayList<>(List.of("kill", signal));
        processes.forEach(process -> command.add(Long.toString(process.pid())));
        if (command.size() == 2) {
            return;
        }
        try {
            // If a process has ended, kill reports an error, but the other processes receive the signal.
            new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start()
                    .waitFor();
        } catch (IOException e) {
            throw new PartFailedException("testbed", "cannot send signals", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
