package dev.perennial.cli;

import com.fasterxml.jackson.core.type.TypeReference;
import dev.perennial.api.CreatedToken;
import dev.perennial.api.GrantDetail;
import dev.perennial.api.SelfDetail;
import dev.perennial.api.TokenDetail;
import dev.perennial.api.TokenRequest;
import dev.perennial.api.TokenStatus;
import dev.perennial.api.WaitingApproval;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(name = "token", description = "Manages service tokens.", synopsisSubcommandLabel = "COMMAND")
final class TokenCommand {
    private static final Pattern DAYS = Pattern.compile("(\\d{1,3})d");
    private static final String ROW = "%-16s %-20s %-10s %-20s %-16s %s%n";

    @Spec
    private CommandSpec spec;

    private enum Role {
        VIEWER,
        REQUESTER,
        APPROVER,
        OPERATOR,
        ADMIN
    }

    @Command(
            name = "create",
            description = {
                "Creates a token and prints it once; it cannot be read again.",
                "Without an option, the role is for all names and issuers. --owner '*' stands for all owners.",
                "The tokens of the first admins are created with the bootstrap token of the installation as --token-file.",
                "With four eyes, a token of an admin or approver is refused until another admin has approved it."
            })
    int create(
            @Mixin ApiOptions options,
            @Parameters(paramLabel = "NAME", description = "name of the token; its principal is token:NAME")
                    String name,
            @Option(names = "--role", required = true, description = "${COMPLETION-CANDIDATES}") Role role,
            @Option(
                            names = "--owner",
                            required = true,
                            paramLabel = "OWNER",
                            description = "owner of certificates, or '*'; can be repeated")
                    List<String> owners,
            @Option(
                            names = "--name",
                            paramLabel = "PATTERN",
                            description =
                                    "name of certificates (not a DNS name), '*' in it stands for any text; can be repeated; default: all")
                    List<String> names,
            @Option(names = "--issuer", paramLabel = "ISSUER", description = "issuer; can be repeated; default: all")
                    List<String> issuers,
            @Option(
                            names = "--expires",
                            paramLabel = "DAYS",
                            defaultValue = "90d",
                            description = "days until the token expires, at most 400d; default: ${DEFAULT-VALUE}")
                    String expires,
            @Option(
                            names = "--output-file",
                            paramLabel = "FILE",
                            description = "new file for the token, mode 600, instead of standard output")
                    Optional<Path> file) {
        Instant expiresAt = Instant.now().plus(lifetime(expires)).truncatedTo(ChronoUnit.SECONDS);
        GrantDetail grant = new GrantDetail(role.name().toLowerCase(Locale.ROOT), owners, names, issuers);
        SecretFile target = new SecretFile(spec, file);
        target.create();
        CreatedToken created = create(options, new TokenRequest(name, List.of(grant), expiresAt), target);
        if (target.write(created.token())) {
            out().println("token " + created.detail().id() + " is in " + file.orElseThrow());
        } else {
            out().println(created.token());
        }
        out().flush();
        created.approval().ifPresent(this::explain);
        return ExitCode.OK;
    }

    /** On standard error, because standard output is the token. */
    private void explain(WaitingApproval approval) {
        PrintWriter err = spec.commandLine().getErr();
        err.println("The token " + Text.oneLine(approval.text()) + "; approval id " + approval.id()
                + ". Requests with it are refused before; without an approval in time, it is revoked.");
        err.println("Another admin approves it: perennial approval approve " + approval.id());
        err.flush();
    }

    /** Deletes the file if no token was created, so that the command can be repeated. */
    private static CreatedToken create(ApiOptions options, TokenRequest request, SecretFile file) {
        try {
            return options.connect().post("tokens", request, CreatedToken.class).value();
        } catch (ApiProblemException | ApiUnreachableException e) {
            file.deleteEmpty();
            throw e;
        }
    }

    @Command(name = "list", description = "Lists the tokens without their secrets.")
    int list(@Mixin ApiOptions options, @Mixin OutputOptions output) {
        ApiClient.Document<List<TokenDetail>> tokens =
                options.connect().get("tokens", new TypeReference<List<TokenDetail>>() {});
        PrintWriter out = out();
        if (output.json()) {
            OutputOptions.print(tokens.json(), out);
            return ExitCode.OK;
        }
        out.printf(ROW, "ID", "NAME", "STATE", "EXPIRES", "LAST USED", "GRANTS");
        tokens.value()
                .forEach(token -> out.printf(
                        ROW,
                        Text.oneLine(token.id()),
                        Text.oneLine(token.name()),
                        Text.words(token.state()),
                        token.expiresAt().truncatedTo(ChronoUnit.SECONDS),
                        token.lastUsedAt()
                                .map(at -> at.truncatedTo(ChronoUnit.MINUTES).toString())
                                .orElse("never"),
                        AccessText.grants(token.grants())
                                + (token.state() == TokenStatus.WAITING
                                        ? token.approval()
                                                .map(approval -> "; waits for approval " + approval)
                                                .orElse("")
                                        : "")));
        out.flush();
        return ExitCode.OK;
    }

    @Command(name = "revoke", description = "Revokes a token. The next request with it is refused.")
    int revoke(
            @Mixin ApiOptions options,
            @Parameters(paramLabel = "ID", description = "id of the token, as 'token list' shows it") String id) {
        options.connect().delete("tokens/" + ApiClient.encoded(id));
        out().println(id + ": revoked");
        out().flush();
        return ExitCode.OK;
    }

    @Command(name = "self", description = "Shows the principal of the token in use, and its grants.")
    int self(@Mixin ApiOptions options, @Mixin OutputOptions output) {
        ApiClient.Document<SelfDetail> self = options.connect().get("access/self", SelfDetail.class);
        if (output.json()) {
            OutputOptions.print(self.json(), out());
            return ExitCode.OK;
        }
        out().println(AccessText.self(self.value()));
        out().flush();
        return ExitCode.OK;
    }

    private Duration lifetime(String expires) {
        Matcher days = DAYS.matcher(expires);
        if (!days.matches()) {
            throw new ParameterException(
                    spec.commandLine(), "--expires: a number of days such as 90d is required, got '" + expires + "'");
        }
        return Duration.ofDays(Long.parseLong(days.group(1)));
    }

    private PrintWriter out() {
        return spec.commandLine().getOut();
    }
}
