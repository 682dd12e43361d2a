package dev.perennial.testbed.command;

import dev.perennial.testbed.PartFailedException;
import dev.perennial.testbed.process.Await;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Starts a process in the background that holds the stack, shows its progress, and returns when everything is healthy. */
final class Up {
    private static final Duration LIMIT = Duration.ofMinutes(5);
    private final Path folder;
    // Outside of the folder during the start, because the new owner empties the folder first.
    private final Path log;
    private final boolean verbose;
    private int shown;

    private Up(Path folder, boolean verbose) {
        this.folder = folder;
        this.verbose = verbose;
        this.log = folder.resolveSibling("target/up.log");
    }

    /** @param verbose whether each part is reported */
    static int run(boolean verbose) {
        var running = BackgroundRun.process();
        if (running.isPresent()) {
            System.out.println("The stack is running already (process "
                    + running.get().pid() + "). ./perennial status shows its parts, ./perennial down stops it.");
            return 0;
        }
        return new Up(BackgroundRun.folder(), verbose).start();
    }

    private int start() {
        // First end the remaining processes of a killed run.
        BackgroundRun.run().clear();
        Process process = launch();
        // Ctrl-C during the start stops the background process, too.
        Thread abort = new Thread(process::destroy);
        Runtime.getRuntime().addShutdownHook(abort);
        boolean decided = Await.until(LIMIT, () -> {
            show();
            return !process.isAlive() || Files.exists(folder.resolve(StackHolder.READY_FILE));
        });
        Runtime.getRuntime().removeShutdownHook(abort);
        show();
        if (!decided || !process.isAlive()) {
            process.destroy();
            keepLog();
            System.err.println("The stack did not start"
                    + (decided ? "" : " within " + LIMIT.toMinutes() + " minutes")
                    + ". The logs of its parts are in " + folder.resolve("logs") + ".");
            return 1;
        }
        keepLog();
        System.out.println("Addresses: " + folder.resolve(StackHolder.READY_FILE) + "\nREST token: "
                + folder.resolve("token") + "\nTry:        ./perennial request shop --owner web-team"
                + " --dns shop.example.com --target web-1 --wait");
        return 0;
    }

    private Process launch() {
        List<String> command = new ArrayList<>(List.of(
                "setsid",
                Path.of(System.getProperty("java.home"), "bin", "java").toString()));
        command.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments());
        command.addAll(
                List.of("-cp", System.getProperty("java.class.path"), Main.class.getName(), "hold", folder.toString()));
        if (verbose) {
            command.add("--verbose");
        }
        try {
            Files.createDirectories(log.getParent());
            return new ProcessBuilder(command)
                    .redirectInput(
                            ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
                    .redirectErrorStream(true)
                    .redirectOutput(log.toFile())
                    .start();
        } catch (IOException e) {
            throw new PartFailedException("testbed", "could not be started in the background", e);
        }
    }

    /** Copies the new output of the background process. */
    private void show() {
        try {
            byte[] all = Files.readAllBytes(log);
            System.out.print(new String(all, shown, all.length - shown, StandardCharsets.UTF_8));
            shown = all.length;
        } catch (IOException e) {
            throw new PartFailedException("testbed", "could not read " + log, e);
        }
    }

    /** Moves the log; the process continues to write to the same file. */
    private void keepLog() {
        try {
            Files.createDirectories(folder.resolve("logs"));
            Files.move(log, folder.resolve("logs/testbed.log"), StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new PartFailedException("testbed", "could not move its log to " + folder.resolve("logs"), e);
        }
    }
}
