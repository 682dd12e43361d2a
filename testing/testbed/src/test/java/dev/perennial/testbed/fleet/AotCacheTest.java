package dev.perennial.testbed.fleet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.perennial.testbed.PartFailedException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AotCacheTest {
    private static final List<String> FLAGS = List.of("-XX:+UseSerialGC", "-Xmx64m");

    @TempDir
    Path folder;

    private Path cacheFile;
    private Path library;
    private AotCache cache;

    @BeforeEach
    void packageService() throws IOException {
        cacheFile = folder.resolve("app.aot");
        library = Files.createDirectories(folder.resolve("lib/main")).resolve("library.jar");
        Files.writeString(folder.resolve("quarkus-run.jar"), "runner");
        Files.writeString(library, "library 1");
        cache = new AotCache(cacheFile, false);
    }

    @Test
    void passesARecordedCache() throws IOException {
        recordCache();

        assertThat(cache.jvmOptions(FLAGS)).containsExactly("-XX:AOTCache=" + cacheFile);
        assertThat(cache.stale(FLAGS)).isEmpty();
    }

    @Test
    void passesNoOptionWithoutACache() {
        assertThat(cache.jvmOptions(FLAGS)).isEmpty();
        assertThat(cache.stale(FLAGS)).isEmpty();
    }

    @Test
    void refusesACacheWhoseJarChangedInContentOnly() throws IOException {
        recordCache();
        FileTime time = Files.getLastModifiedTime(library);
        Files.writeString(library, "library 2");
        Files.setLastModifiedTime(library, time);

        assertThat(cache.jvmOptions(FLAGS)).isEmpty();
        assertThat(cache.stale(FLAGS)).get().asString().contains("lib/main/library.jar", "./perennial aot");
    }

    @Test
    void refusesACacheAfterAJarWasAddedOrRemoved() throws IOException {
        recordCache();
        Path added = Files.writeString(folder.resolve("lib/main/added.jar"), "added");
        assertThat(cache.jvmOptions(FLAGS)).isEmpty();

        Files.delete(added);
        assertThat(cache.jvmOptions(FLAGS)).hasSize(1);

        Files.delete(library);
        assertThat(cache.jvmOptions(FLAGS)).isEmpty();
    }

    @Test
    void acceptsAJarThatWasWrittenAgainWithTheSameContent() throws IOException {
        recordCache();
        Files.writeString(library, "library 1");
        Files.setLastModifiedTime(library, FileTime.fromMillis(0));

        assertThat(cache.jvmOptions(FLAGS)).hasSize(1);
    }

    @Test
    void refusesACacheOfOtherFlags() throws IOException {
        recordCache();

        assertThat(cache.jvmOptions(List.of("-XX:+UseSerialGC", "-Xmx65m"))).isEmpty();
        assertThat(cache.stale(List.of("-XX:+UseSerialGC"))).get().asString().contains("-Xmx64m");
    }

    @Test
    void refusesACacheOfAnotherJvm() throws IOException {
        recordCache();
        Path inputs = folder.resolve("app.aot.inputs");
        Files.writeString(inputs, Files.readString(inputs).replaceFirst("jvm .*", "jvm Other 24.0.1+1"));

        assertThat(cache.jvmOptions(FLAGS)).isEmpty();
    }

    @Test
    void refusesACacheWithoutAFingerprint() throws IOException {
        Files.writeString(cacheFile, "of an earlier version");

        assertThat(cache.jvmOptions(FLAGS)).isEmpty();
        assertThat(cache.stale(FLAGS)).get().asString().contains("no fingerprint");
    }

    @Test
    void takesTheFingerprintWhenTheRecordingStarts() throws IOException {
        var recording = new AotCache(cacheFile, true);
        recording.jvmOptions(FLAGS);
        Files.writeString(library, "library 2, built while the service ran");
        Files.writeString(folder.resolve("app.aot.draft"), "cache");
        recording.publish();

        assertThat(cache.jvmOptions(FLAGS)).isEmpty();
    }

    @Test
    void saysThatTheJvmLeftNoCache() {
        var recording = new AotCache(cacheFile, true);
        recording.jvmOptions(FLAGS);

        assertThatThrownBy(recording::publish)
                .isInstanceOf(PartFailedException.class)
                .hasMessageContaining("app.aot.draft");
    }

    private void recordCache() throws IOException {
        var recording = new AotCache(cacheFile, true);
        assertThat(recording.jvmOptions(FLAGS)).containsExactly("-XX:AOTCacheOutput=" + cacheFile + ".draft");
        Files.writeString(folder.resolve("app.aot.draft"), "cache");
        recording.publish();
    }
}
