package dev.perennial.agent.deploy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

/** The kinds of targets that are one file, as a test host has them. */
enum FileKind {
    INCLUDE("conf"),
    COMBINED_PEM("pem"),
    KEYSTORE("p12");

    static final String PASSWORD = "a-password";

    private final String extension;

    FileKind(String extension) {
        this.extension = extension;
    }

    /** The keys of an entry of the host file, indented by four. */
    String entry(Path folder, Path files) throws IOException {
        String file = files + "/{name}." + extension;
        return switch (this) {
            case INCLUDE -> "    include: " + file + "\n";
            case COMBINED_PEM -> "    file: " + file + "\n    content: [key, fullchain]\n";
            case KEYSTORE -> {
                Path password = Files.writeString(folder.resolve("password"), PASSWORD);
                Files.setPosixFilePermissions(password, PosixFilePermissions.fromString("rw-------"));
                yield "    keystore: " + file + "\n    passwordFile: " + password + "\n";
            }
        };
    }
}
