package dev.perennial.testbed.fleet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.perennial.testbed.PartFailedException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AotCacheTest {
    private static final List<String> FLAGS = List.of("-XX:+UseSerialGC", "-Xmx64m");

    @TempDir
    Path folder;

    private Path packaged;
    private Path library;
    private AotCache cache;

    @BeforeEach
    void packageService() throws IOException {
        packaged = folder.resolve("quarkus-app");
        library = Files.createDirectories(packaged.resolve("lib/main")).resolve("library.jar");
        Files.writeString(packaged.resolve("quarkus-run.jar"), "runner");
        Files.writeString(library, "library 1");
        cache = new AotCache(folder.resolve("aot"), "order-service", packaged);
    }

    @Test
    void passesARecordedCache() throws IOException {
        Path file = recordCache(cache);

        assertThat(cache.exists(FLAGS)).isTrue();
        assertThat(cache.jvmOptions(FLAGS)).containsExactly("-XX:AOTCache=" + file);
    }

    @Test
    void passesNoOptionWithoutACache() {
        assertThat(cache.exists(FLAGS)).isFalse();
        assertThat(cache.jvmOptions(FLAGS)).isEmpty();
    }

    @Test
    void ignoresACacheWhoseJarChangedInContentOnly() throws IOException {
        recordCache(cache);
        FileTime time = Files.getLastModifiedTime(library);
        Files.writeString(library, "library 2");
        Files.setLastModifiedTime(library, time);

        assertThat(cache.jvmOptions(FLAGS)).isEmpty();
    }

    @Test
    void ignoresACacheAfterAJarWasAddedOrRemoved() throws IOException {
        recordCache(cache);
        Path added = Files.writeString(packaged.resolve("lib/main/added.jar"), "added");
        assertThat(cache.jvmOptions(FLAGS)).isEmpty();

        Files.delete(added);
        assertThat(cache.jvmOptions(FLAGS)).hasSize(1);

        Files.delete(library);
        assertThat(cache.jvmOptions(FLAGS)).isEmpty();
    }

    @Test
    void acceptsAJarThatWasWrittenAgainWithTheSameContent() throws IOException {
        recordCache(cache);
        Files.writeString(library, "library 1");
        Files.setLastModifiedTime(library, FileTime.fromMillis(0));

        assertThat(cache.jvmOptions(FLAGS)).hasSize(1);
    }

    @Test
    void ignoresACacheOfOtherFlags() throws IOException {
        recordCache(cache);

        assertThat(cache.jvmOptions(List.of("-XX:+UseSerialGC", "-Xmx65m"))).isEmpty();
        assertThat(cache.jvmOptions(List.of("-XX:+UseSerialGC"))).isEmpty();
    }

    @Test
    void includesTheJvmBuildInTheFingerprint() throws IOException {
        assertThat(AotFingerprint.of(packaged, FLAGS).lines())
                .contains("jvm " + System.getProperty("java.vm.vendor") + " " + System.getProperty("java.vm.version"));
    }

    @Test
    void keepsTheCachesOfServicesApart() throws IOException {
        recordCache(cache);

        assertThat(new AotCache(folder.resolve("aot"), "deploy-agent", packaged).exists(FLAGS))
                .isFalse();
    }

    @Test
    void takesTheFingerprintWhenTheRecordingStarts() throws IOException {
        AotCache.Recording recording = cache.record(FLAGS);
        Files.writeString(library, "library 2, built while the service ran");
        Files.writeString(recording.draft(), "cache");
        cache.publish(recording);

        assertThat(cache.jvmOptions(FLAGS)).isEmpty();
    }

    @Test
    void reportsThatTheJvmWroteNoCache() {
        AotCache.Recording recording = cache.record(FLAGS);

        assertThatThrownBy(() -> cache.publish(recording))
                .isInstanceOf(PartFailedException.class)
                .hasMessageContaining(recording.draft().toString());
    }

    @Test
    void deletesTheCachesOfTheServiceThatWereNotUsedForLongest() throws IOException {
        Path other = recordCache(new AotCache(folder.resolve("aot"), "deploy-agent", packaged));
        Path first = recordCache(cache);
        Path second = recordBuild("library 2");
        Path third = recordBuild("library 3");
        Files.setLastModifiedTime(other, FileTime.fromMillis(0));
        Files.setLastModifiedTime(first, FileTime.fromMillis(1_000));
        Files.setLastModifiedTime(second, FileTime.fromMillis(2_000));
        Files.writeString(library, "library 1");
        cache.jvmOptions(FLAGS);

        Path fourth = recordBuild("library 4");

        try (Stream<Path> files = Files.list(folder.resolve("aot"))) {
            assertThat(files.filter(Files::isRegularFile)).containsExactlyInAnyOrder(other, first, third, fourth);
        }
    }

    private Path recordBuild(String content) throws IOException {
        Files.writeString(library, content);
        return recordCache(cache);
    }

    private static Path recordCache(AotCache cache) throws IOException {
        AotCache.Recording recording = cache.record(FLAGS);
        assertThat(recording.jvmOptions()).containsExactly("-XX:AOTCacheOutput=" + recording.draft());
        Files.writeString(recording.draft(), "cache");
        cache.publish(recording);
        return recording.file();
    }
}
