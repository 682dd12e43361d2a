package dev.perennial.events.contract;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A generated file that is committed to the repository. */
record CommittedFile(Path path) {
    private static final String UPDATE = "contract.update";

    static CommittedFile resource(String name) {
        return new CommittedFile(Path.of("src", "main", "resources").resolve(name));
    }

    static CommittedFile page(String name) {
        return new CommittedFile(Path.of("..", "docs", "reference").resolve(name));
    }

    /** Fails if the file differs from the generated text; rewrites it with {@code -Dcontract.update=true}. */
    void assertIs(String generated) throws IOException {
        if (Boolean.getBoolean(UPDATE)) {
            Files.createDirectories(path.getParent());
            Files.writeString(path, generated);
        }
        assertThat(path).as("missing; write it with -D%s=true", UPDATE).exists();
        assertThat(Files.readString(path))
                .as("%s does not match the records; rewrite it with -D%s=true and review the difference", path, UPDATE)
                .isEqualTo(generated);
    }
}
