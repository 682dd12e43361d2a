package dev.perennial.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Options, exit codes and the shell script. */
class CommandLineTest extends FakeApiSetup {
    @Test
    void theScriptHasEveryCommand() throws IOException {
        String script = Files.readString(Path.of("..", "perennial"));
        String commands = script.lines()
                .filter(line -> line.strip().startsWith("doctor |"))
                .findFirst()
                .orElseThrow();

        assertThat(Main.commandLine(new StringWriter(), new StringWriter())
                        .getSubcommands()
                        .keySet())
                .filteredOn(command -> !command.equals("help"))
                .containsExactlyInAnyOrder(commands.strip().replace(")", "").split(" \\| "));
    }

    @Test
    void completionIncludesTheCommandsOfTheScript() throws Exception {
        StringWriter written = new StringWriter();
        assertThat(Main.commandLine(written, written).execute("completion", "bash"))
                .isZero();
        assertThat(written.toString()).contains("complete -F _complete_perennial", "chaos", "--expires-before");
        Path script = Files.writeString(dir.resolve("completion.bash"), written.toString());
        Process bash = new ProcessBuilder(
                        "bash",
                        "-c",
                        "source " + script + "; COMP_WORDS=(perennial iss); COMP_CWORD=1; _complete_perennial;"
                                + " echo ${COMPREPLY[@]}")
                .redirectErrorStream(true)
                .start();
        assertThat(new String(bash.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
                .isEqualTo("issuer\n");
    }

    @Test
    void namesTheExitCodesInTheHelpOfEveryCommand() {
        StringWriter written = new StringWriter();
        Main.commandLine(written, written).execute("issuer", "list", "--help");
        assertThat(written.toString()).contains("Exit codes:", "--wait reached its --timeout");
    }

    @Test
    void refusesWrongUsage() {
        assertThat(run("doctor", "--nonsense")).isEqualTo(2);
        assertThat(run("request", "shop", "--owner", "web")).isEqualTo(2);
        assertThat(output).startsWith("specify at least one --dns or --ip");
        assertThat(run("request", "shop", "--dns", "a.test")).isEqualTo(2);
        assertThat(requests).isEmpty();
    }

    @Test
    void printsNoTokenThatCannotBeSent() throws IOException {
        Files.writeString(dir.resolve("token"), "secret\nsecond line");

        assertThat(run("token", "self")).isEqualTo(ExitCode.UNUSABLE);

        assertThat(output).contains("the token is empty or has characters").doesNotContain("secret");
    }

    @Test
    void readsTheAddressFromOptionsThenTheEnvironmentThenTheCheckout() throws IOException {
        Path run = Files.createDirectory(dir.resolve(".run"));
        Files.writeString(run.resolve("token"), "from-run");
        Files.writeString(run.resolve("endpoints.json"), "{\"rest\": {\"url\": \"" + address() + "\"}}");

        connect(run, Map.of()).get("issuers", List.class);
        connect(
                        run,
                        Map.of(
                                "PERENNIAL_API",
                                address(),
                                "PERENNIAL_TOKEN_FILE",
                                dir.resolve("token").toString()))
                .get("issuers", List.class);

        assertThat(requests).extracting(call -> call.split(" ")[1]).containsExactly("from-run", "secret");
    }

    private ApiClient connect(Path run, Map<String, String> variables) {
        return new ApiOptions(new ProcessEnvironment(variables, dir, run), InstantSource.system()).connect();
    }
}
