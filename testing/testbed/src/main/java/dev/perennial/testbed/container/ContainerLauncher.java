package dev.perennial.testbed.container;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.exception.ConflictException;
import com.github.dockerjava.api.exception.NotFoundException;
import com.github.dockerjava.api.exception.NotModifiedException;
import com.github.dockerjava.api.model.Bind;
import com.github.dockerjava.api.model.Volume;
import dev.perennial.testbed.PartFailedException;
import dev.perennial.testbed.process.Await;
import dev.perennial.testbed.process.Launcher;
import dev.perennial.testbed.process.PidFiles;
import dev.perennial.testbed.process.Program;
import dev.perennial.testbed.process.RunningProgram;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.output.OutputFrame;
import org.testcontainers.images.builder.ImageFromDockerfile;
import org.testcontainers.utility.DockerImageName;

/**
 * Starts programs with Testcontainers. A container uses the network of the machine, because a CA must reach a challenge responder
 * that listens on loopback only. The folder of the program has the same path in the container.
 */
public final class ContainerLauncher implements Launcher {
    private final Path logs;
    private final PidFiles pids;
    private final String versions;

    /** @param versions part of the image names, so that each version has its own image */
    public ContainerLauncher(Path logs, PidFiles pids, String versions) {
        this.logs = logs;
        this.pids = pids;
        this.versions = versions;
    }

    @Override
    public RunningProgram launch(Program program) {
        try {
            var container = container(program);
            container.start();
            long pid = pid(container);
            // The daemon removes containers whose process has ended, so a sweep only ends the process.
            pids.record(program.name(), pid, program.command().get(1));
            return new Contained(program.name(), container, pid, pids);
        } catch (RuntimeException e) {
            throw new PartFailedException(
                    program.name(), "cannot be started in a container; is a Docker daemon running?", e);
        }
    }

    private GenericContainer<?> container(Program program) {
        Path log = logs.resolve(program.name() + ".log");
        List<String> arguments = new ArrayList<>(program.command());
        Path binary = Path.of(arguments.removeFirst());
        String folder = program.folder().toString();
        GenericContainer<?> container = new GenericContainer<>(DockerImageName.parse(image(binary)));
        container
                .withImagePullPolicy(name -> false)
                .withNetworkMode("host")
                .withCommand(arguments.toArray(String[]::new))
                .withEnv(program.environment())
                .withWorkingDirectory(folder)
                .withCreateContainerCmdModifier(command -> command.getHostConfig()
                        .withAutoRemove(true)
                        // Not with the container's own method, which pulls an image to test the mount.
                        .withBinds(new Bind(folder, new Volume(folder))))
                .withLogConsumer(frame -> append(log, frame));
        return container;
    }

    /** An image with only the program, a static binary. It is kept for later runs. */
    private String image(Path binary) {
        String program = binary.getFileName().toString();
        String name = "perennial-testbed/" + program + ":" + versions;
        if (!present(name)) {
            new ImageFromDockerfile(name, false)
                    .withFileFromPath(program, binary)
                    // An array, because a single string would require a shell.
                    .withDockerfileFromBuilder(file -> file.from("scratch")
                            .env("HOME", "/")
                            .copy(program, "/" + program)
                            .entryPoint(new String[] {"/" + program})
                            .build())
                    .get();
        }
        return name;
    }

    private static boolean present(String image) {
        try {
            DockerClientFactory.lazyClient().inspectImageCmd(image).exec();
            return true;
        } catch (NotFoundException e) {
            return false;
        }
    }

    private static long pid(GenericContainer<?> container) {
        return DockerClientFactory.lazyClient()
                .inspectContainerCmd(container.getContainerId())
                .exec()
                .getState()
                .getPidLong();
    }

    private static void append(Path log, OutputFrame frame) {
        try {
            byte[] bytes = frame.getBytes() == null ? new byte[0] : frame.getBytes();
            Files.write(log, bytes, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        } catch (IOException e) {
            throw new UncheckedIOException(new String(frame.getBytes(), StandardCharsets.UTF_8), e);
        }
    }

    private record Contained(String name, GenericContainer<?> container, long pid, PidFiles pids)
            implements RunningProgram {
        private static final Duration LIMIT = Duration.ofSeconds(10);

        @Override
        public boolean isRunning() {
            return PidFiles.runs(pid);
        }

        @Override
        public void stop(Duration grace) {
            execute(docker -> docker.stopContainerCmd(container.getContainerId())
                    .withTimeout((int) grace.toSeconds())
                    .exec());
        }

        @Override
        public void kill() {
            execute(docker ->
                    docker.killContainerCmd(container.getContainerId()).exec());
        }

        private void execute(Consumer<DockerClient> command) {
            try {
                command.accept(DockerClientFactory.lazyClient());
            } catch (NotFoundException | NotModifiedException | ConflictException e) {
                // It has ended already, or is being removed.
            }
            Await.until(LIMIT, () -> !isRunning());
            container.stop();
            pids.remove(name);
        }
    }
}
