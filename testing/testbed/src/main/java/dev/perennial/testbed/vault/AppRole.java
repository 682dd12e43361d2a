package dev.perennial.testbed.vault;

import java.nio.file.Path;

/** The two files with the credentials of a login, both with mode 0600. */
public record AppRole(Path roleIdFile, Path secretIdFile) {}
