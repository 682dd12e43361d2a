package dev.perennial.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** The script {@code ./perennial} starts the command line for its commands only. */
class ScriptTest {
    @Test
    void startsTheCommandLineForEachOfItsCommands() throws IOException {
        Set<String> commands = new TreeSet<>(Main.commandLine(new StringWriter(), new StringWriter())
                .getSubcommands()
                .keySet());
        // The script has a help of its own.
        commands.remove("help");

        String line = Files.readAllLines(Path.of("..", "perennial")).stream()
                .filter(text -> text.strip().startsWith("doctor | "))
                .findFirst()
                .orElseThrow();

        assertThat(new TreeSet<>(List.of(line.strip().replace(")", "").split(" \\| "))))
                .isEqualTo(commands);
    }
}
