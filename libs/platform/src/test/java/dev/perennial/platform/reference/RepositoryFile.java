package dev.perennial.platform.reference;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A generated file of the repository, by its path from the root. */
record RepositoryFile(String name) {
    /** Tests run in {@code libs/platform}. */
    static final Path ROOT = Path.of("..", "..");

    private static final String UPDATE = "contract.update";

    /** Fails if the file differs from the generated text; rewrites it with {@code -Dcontract.update=true}. */
    void assertIs(String generated) throws IOException {
        Path path = ROOT.resolve(name);
        if (Boolean.getBoolean(UPDATE)) {
            Files.createDirectories(path.getParent());
            Files.writeString(path, generated);
        }
        assertThat(path).as("missing; write it with -D%s=true", UPDATE).exists();
        assertThat(Files.readString(path))
                .as("%s is out of date; rewrite it with -D%s=true and review the difference", name, UPDATE)
                .isEqualTo(generated);
    }
}
