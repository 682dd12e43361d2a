package dev.perennial.testbed.process;

import dev.perennial.testbed.PartFailedException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/**
 * Stops processes where they are and lets them go on, as a hypervisor that is out of breath does: connections stand, nobody
 * answers, and when it goes on nothing in the process knows that time has passed.
 */
public final class ProcessPause {
    private static final Set<Long> FROZEN = ConcurrentHashMap.newKeySet();

    static {
        // Nobody can stop what is frozen: it would outlive us.
        Runtime.getRuntime().addShutdownHook(new Thread(() -> FROZEN.forEach(ProcessPause::thaw), "thaw"));
    }

    private ProcessPause() {}

    /** The process first, so that it starts no more helpers, and then those it has. */
    public static void freeze(long pid) {
        FROZEN.add(pid);
        signal("-STOP", pid);
    }

    /** No effect on what was not frozen, or is gone. */
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
            // One that has ended meanwhile makes it complain, and the others have got the signal all the same.
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
