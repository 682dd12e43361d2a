package dev.perennial.testbed.process;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Command lines of child JVMs, with the flags that keep many of them small and quick to start. */
public final class JavaProgram {
    private static final List<String> SMALL =
            List.of("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-XX:+UseCompactObjectHeaders");

    private JavaProgram() {}

    /** @param arguments JVM options, main class or {@code -jar}, and its arguments */
    public static List<String> command(int heapMegabytes, List<String> arguments) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(SMALL);
        command.add("-Xmx" + heapMegabytes + "m");
        command.add("--enable-native-access=ALL-UNNAMED");
        command.addAll(arguments);
        return command;
    }
}
