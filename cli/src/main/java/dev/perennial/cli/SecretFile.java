package dev.perennial.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;

/** The new file for a secret, mode 600, of {@code --output-file}. It is created first: a secret that cannot be written is lost. */
final class SecretFile {
    private final CommandSpec spec;
    private final Optional<Path> file;

    /** @param file empty for standard output */
    SecretFile(CommandSpec spec, Optional<Path> file) {
        this.spec = spec;
        this.file = file;
    }

    /** @throws ParameterException if it exists, or cannot be created */
    void create() {
        if (file.isEmpty()) {
            return;
        }
        try {
            Files.createFile(
                    file.get(), PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        } catch (FileAlreadyExistsException e) {
            throw new ParameterException(spec.commandLine(), "--output-file: " + file.get() + " exists already");
        } catch (IOException e) {
            throw new ParameterException(spec.commandLine(), "--output-file: cannot create " + file.get());
        }
    }

    /** After a failure, so that the command can be repeated. */
    void deleteEmpty() {
        if (file.isEmpty()) {
            return;
        }
        try {
            Files.deleteIfExists(file.get());
        } catch (IOException e) {
            // The failure before is what the caller has to see.
        }
    }

    /** @return whether there is a file */
    boolean write(String secret) {
        if (file.isEmpty()) {
            return false;
        }
        try {
            Files.writeString(file.get(), secret + "\n", StandardCharsets.UTF_8);
            return true;
        } catch (IOException e) {
            throw new ParameterException(
                    spec.commandLine(), "cannot write " + file.get() + "; delete it, and repeat the command");
        }
    }
}
