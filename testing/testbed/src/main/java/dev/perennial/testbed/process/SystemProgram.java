package dev.perennial.testbed.process;

import dev.perennial.testbed.PartFailedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;

/** Programs of the system's packages. */
public final class SystemProgram {
    private SystemProgram() {}

    /** @throws PartFailedException with the name of the package if the program is not installed */
    public static Path find(String program, String debianPackage) {
        // In Debian servers are in a folder that is not on the PATH of ordinary users.
        String path = Optional.ofNullable(System.getenv("PATH")).orElse("") + ":/usr/sbin:/usr/local/sbin";
        return Arrays.stream(path.split(":"))
                .filter(folder -> !folder.isEmpty())
                .map(folder -> Path.of(folder, program))
                .filter(Files::isExecutable)
                .findFirst()
                .orElseThrow(
                        () -> new PartFailedException(program, "is not installed; apt-get install " + debianPackage));
    }
}
