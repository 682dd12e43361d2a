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
 * Starts programs with Testcontainers. The container shares the machine's network, because a CA has to reach a challenge
 * responder that listens on loopback only, and sees the program's own folder at the path that it has outside.
 */
public final class ContainerLauncher implements Launcher {
    private final Path logs;
    private final PidFiles pids;
    private final String versions;

    /** @param versions part of the images' names, so that another version is another image */
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
            // The daemon removes a container whose process has ended, so ending the process is all a sweep needs.
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
                        // Not the method of the container: that one first pulls an image to try the mount with.
                        .withBinds(new Bind(folder, new Volume(folder))))
                .withLogConsumer(frame -> append(log, frame));
        return container;
    }

    /** The program and nothing else; both are static binaries. Kept after the run: it is the same next time. */
    private String image(Path binary) {
        String program = binary.getFileName().toString();
        String name = "perennial-testbed/" + program + ":" + versions;
        if (!present(name)) {
            new ImageFromDockerfile(name, false)
                    .withFileFromPath(program, binary)
                    // The array: a single string would be given to a shell, and there is none.
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
        public boolean alive() {
            return PidFiles.runs(pid);
        }

        @Override
        public void stop(Duration grace) {
            ask(docker -> docker.stopContainerCmd(container.getContainerId())
                    .withTimeout((int) grace.toSeconds())
                    .exec());
        }

        @Override
        public void kill() {
            ask(docker -> docker.killContainerCmd(container.getContainerId()).exec());
        }

        private void ask(Consumer<DockerClient> order) {
            try {
                order.accept(DockerClientFactory.lazyClient());
            } catch (NotFoundException | NotModifiedException | ConflictException e) {
                // It has ended by itself, or is being removed: what was wanted.
            }
            Await.until(LIMIT, () -> !alive());
            container.stop();
            pids.forget(name);
        }
    }
}
