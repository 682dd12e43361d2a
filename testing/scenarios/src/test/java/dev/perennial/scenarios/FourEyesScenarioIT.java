package dev.perennial.scenarios;

import static org.assertj.core.api.Assertions.assertThat;

import dev.perennial.testbed.Stack;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Two admins on the command line, from the bootstrap token on. */
class FourEyesScenarioIT {
    private static final Pattern APPROVAL = Pattern.compile("approval id ([0-9a-f-]{36})");
    private static final Pattern TOKEN = Pattern.compile("token ([0-9a-f]{16}) is in");

    @RegisterExtension
    static final OwnFleet FLEET =
            OwnFleet.of(Stack.builder().serviceProperty("order-service", "perennial.four-eyes", "required"));

    @TempDir
    Path folder;

    @Test
    void needsTwoAdminsForAFurtherTokenAndForThePolicy() throws Exception {
        // The testbed has created the token of the first admin.
        Path alice = FLEET.stack().run().root().resolve("token");
        Path bootstrap = FLEET.stack().run().root().resolve("bootstrap-token");
        Path bob = create(bootstrap, "bob", "admin");
        assertThat(run(bootstrap, "token", "create", "third", "--role", "admin", "--owner", "*")
                        .output())
                .contains("fewer than two admins have had a token");

        Path carol = folder.resolve("carol");
        Cli.Result created = run(
                alice,
                "token",
                "create",
                "carol",
                "--role",
                "admin",
                "--owner",
                "*",
                "--output-file",
                carol.toString());
        assertThat(created.exitCode()).as(created.output()).isZero();
        String id = group(APPROVAL, created.output());
        assertThat(created.output()).contains("perennial approval approve " + id);
        assertThat(run(carol, "token", "self").output()).contains("the token waits for approval " + id);
        assertThat(run(alice, "token", "list").output()).contains("waiting").contains("waits for approval " + id);

        assertThat(run(alice, "approval", "approve", id).output()).contains("has made this request");
        assertThat(run(bob, "approval", "list").output()).contains(id, "token:admin", "token:change");
        assertThat(run(bob, "approval", "show", id).output())
                .contains("carol", "ADMIN")
                .doesNotContain(Files.readString(carol).strip());
        Cli.Result approved = run(bob, "approval", "approve", id, "--comment", "change 4711");
        assertThat(approved.exitCode()).as(approved.output()).isZero();
        assertThat(run(carol, "token", "self").output()).contains("token:carol: admin");

        Path document = Files.writeString(folder.resolve("policy.yaml"), "owners:\n  shop:\n    wildcards: false\n");
        String change = group(
                APPROVAL, run(alice, "policy", "apply", document.toString()).output());
        assertThat(run(carol, "approval", "approve", change).output())
                .as("the creator of a token and the token")
                .contains("not two persons");
        assertThat(run(bob, "approval", "approve", change).exitCode()).isZero();
        assertThat(run(alice, "policy", "show").output()).contains("wildcards: false");
    }

    @Test
    void revokesATokenThatIsRejectedOrWithdrawn() throws Exception {
        Path alice = FLEET.stack().run().root().resolve("token");
        Path file = folder.resolve("dave");
        Cli.Result created = run(
                alice,
                "token",
                "create",
                "dave",
                "--role",
                "approver",
                "--owner",
                "shop",
                "--output-file",
                file.toString());
        String id = group(APPROVAL, created.output());

        assertThat(run(alice, "approval", "withdraw", id).exitCode()).isZero();

        assertThat(run(file, "token", "self").output()).contains("unknown, has expired, or was revoked");
        assertThat(run(alice, "token", "list").output())
                .containsPattern(group(TOKEN, created.output()) + " +dave +revoked");
    }

    private Path create(Path creator, String name, String role) {
        Path file = folder.resolve(name);
        Cli.Result created =
                run(creator, "token", "create", name, "--role", role, "--owner", "*", "--output-file", file.toString());
        assertThat(created.exitCode()).as(created.output()).isZero();
        return file;
    }

    private static Cli.Result run(Path token, String... arguments) {
        return new Cli(Map.of(
                        "PERENNIAL_API", FLEET.stack().rest().toString(), "PERENNIAL_TOKEN_FILE", token.toString()))
                .run(arguments);
    }

    private static String group(Pattern pattern, String output) {
        Matcher matcher = pattern.matcher(output);
        assertThat(matcher.find()).as(output).isTrue();
        return matcher.group(1);
    }
}
