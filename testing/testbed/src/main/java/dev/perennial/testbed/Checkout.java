package dev.perennial.testbed;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.Properties;

/**
 * The checkout with the sources, the built jars and the installed programs. The testbed runs the jars that Maven has built there.
 * It searches the checkout from the working directory upwards; the system property {@code perennial.checkout} overrides this.
 */
public record Checkout(Path root) {
    public static Checkout find() {
        String configured = System.getProperty("perennial.checkout");
        if (configured != null) {
            return new Checkout(Path.of(configured).toAbsolutePath());
        }
        Path start = Path.of("").toAbsolutePath();
        for (Path folder = start; folder != null; folder = folder.getParent()) {
            if (Files.exists(folder.resolve("testing/testbed/parts/versions.env"))) {
                return new Checkout(folder);
            }
        }
        throw new PartFailedException(
                "testbed", start + " is not inside a checkout of Perennial; change to a checkout and try again");
    }

    /** The class path of the testbed's own programs, independent of the library versions of the calling module. */
    public String programsClassPath() {
        Path target = programs();
        Path libraries = require(target.resolve("lib"), "build the testbed first: ./perennial up builds");
        return require(target.resolve("testbed.jar"), "build the testbed first: ./perennial up builds") + ":"
                + libraries + "/*";
    }

    /** The folder with the testbed's own programs, whose content a build replaces. */
    public Path programs() {
        return root.resolve("testing/testbed/target");
    }

    public Path serviceJar(String module) {
        return require(
                root.resolve(module + "/target/quarkus-app/quarkus-run.jar"), "build it first: ./perennial up builds");
    }

    public Path zipkinJar() {
        return require(root.resolve("testing/testbed/target/zipkin/zipkin-server.jar"), "build the testbed first");
    }

    /** A program that {@code ./perennial} installed, for example {@code tool("pebble", "PEBBLE_VERSION")}. */
    public Path tool(String name, String versionKey) {
        Path folder = toolFolder(versionKey);
        return require(folder.resolve(name), "./perennial installs it: run ./perennial test or ./perennial up");
    }

    private Path toolFolder(String versionKey) {
        String key = versionKey.replace("_VERSION", "").toLowerCase(Locale.ROOT);
        return cache().resolve(key + "-" + version(versionKey));
    }

    public static Path cache() {
        String base = Optional.ofNullable(System.getenv("XDG_CACHE_HOME"))
                .filter(s -> !s.isBlank())
                .orElse(System.getProperty("user.home") + "/.cache");
        return Path.of(base, "perennial");
    }

    /** A pinned version from {@code testing/testbed/parts/versions.env}. */
    public String version(String key) {
        Properties versions = new Properties();
        try (var in = Files.newBufferedReader(root.resolve("testing/testbed/parts/versions.env"))) {
            versions.load(in);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return Optional.ofNullable(versions.getProperty(key))
                .orElseThrow(() -> new PartFailedException("testbed", "versions.env has no " + key));
    }

    private static Path require(Path file, String remedy) {
        if (!Files.exists(file)) {
            throw new PartFailedException("testbed", file + " does not exist; " + remedy);
        }
        return file;
    }
}
