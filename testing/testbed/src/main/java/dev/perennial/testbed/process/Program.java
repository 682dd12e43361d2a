package dev.perennial.testbed.process;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * A program to start.
 *
 * @param name the part's name; also of its log and pid file
 * @param command executable and arguments; no shell interprets them
 * @param environment added to a nearly empty environment, see {@link Launcher}
 * @param folder working directory; the program may write only there
 */
public record Program(String name, List<String> command, Map<String, String> environment, Path folder) {
    public Program {
        command = List.copyOf(command);
        environment = Map.copyOf(environment);
    }

    /** Without the environment, which may contain paths of secrets. */
    @Override
    public String toString() {
        return "Program[" + name + "]";
    }
}
