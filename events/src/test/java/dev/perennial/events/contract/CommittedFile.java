package dev.perennial.events.contract;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A generated file that is kept in the repository. */
record CommittedFile(Path path) {
    private static final String UPDATE = "contract.update";

    static CommittedFile resource(String name) {
        return new CommittedFile(Path.of("src", "main", "resources").resolve(name));
    }

    static CommittedFile page(String name) {
        return new CommittedFile(Path.of("..", "docs", "reference").resolve(name));
    }

    /** Fails where the file differs from what would be generated; rewrites it under {@code -Dcontract.update=true}. */
    void assertIs(String generated) throws IOException {
        if (Boolean.getBoolean(UPDATE)) {
            Files.createDirectories(path.getParent());
            Files.writeString(path, generated);
        }
        assertThat(path).as("missing; write it with -D%s=true", UPDATE).exists();
        assertThat(Files.readString(path))
                .as(
                        "%s is not what the records say; rewrite it with -D%s=true and look at the difference",
                        path, UPDATE)
                .isEqualTo(generated);
    }
}
