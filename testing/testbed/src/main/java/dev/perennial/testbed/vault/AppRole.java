package dev.perennial.testbed.vault;

import java.nio.file.Path;

/** The two files that something logs in with; both of mode 0600. */
public record AppRole(Path roleIdFile, Path secretIdFile) {}
