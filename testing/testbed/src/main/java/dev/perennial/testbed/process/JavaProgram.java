package dev.perennial.testbed.process;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Command lines of child JVMs, with flags for a small memory footprint and a short start. */
public final class JavaProgram {
    /** A JVM without memory ends, so that another replica takes over, and is started again. */
    private static final List<String> SMALL = List.of(
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "-XX:+UseCompactObjectHeaders",
            "-XX:+ExitOnOutOfMemoryError");

    private JavaProgram() {}

    /** @param arguments JVM options, main class or {@code -jar}, and its arguments */
    public static List<String> command(int heapMegabytes, List<String> arguments) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(flags(heapMegabytes));
        command.addAll(arguments);
        return command;
    }

    /** The JVM options that every command line begins with. */
    public static List<String> flags(int heapMegabytes) {
        List<String> flags = new ArrayList<>(SMALL);
        flags.add("-Xmx" + heapMegabytes + "m");
        flags.add("--enable-native-access=ALL-UNNAMED");
        return flags;
    }

    /**
     * The JVM options that read the loaded classes from a shared archive (JEP 350). A JVM that finds no archive, or one
     * of other jars or another JVM, writes it when it stops. The class path must contain jars only.
     */
    public static List<String> sharedArchive(Path file) {
        return List.of("-XX:+AutoCreateSharedArchive", "-XX:SharedArchiveFile=" + file, "-Xlog:cds*=error,aot*=error");
    }
}
