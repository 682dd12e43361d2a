package dev.perennial.cli;

import dev.perennial.enrolment.HostIdentity;
import dev.perennial.enrolment.JsonHttp;
import dev.perennial.enrolment.SecureAddress;
import dev.perennial.enrolment.ServerTls;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Vault, with the token of the operator. The token is never an argument, which other users could see. */
final class OperatorVault {
    static final String ADDRESS = "VAULT_ADDR";
    static final String TOKEN_FILE = "VAULT_TOKEN_FILE";
    static final String ROOTS_FILE = "VAULT_CACERT";

    @Spec(Spec.Target.MIXEE)
    private CommandSpec spec;

    @Option(names = "--vault", paramLabel = "URL", description = "address of Vault; default: $" + ADDRESS)
    private Optional<URI> address = Optional.empty();

    @Option(
            names = "--vault-token-file",
            paramLabel = "FILE",
            description =
                    "file with the operator's token of Vault; its policy is host-enrolment; default: $" + TOKEN_FILE)
    private Optional<Path> tokenFile = Optional.empty();

    @Option(
            names = "--vault-roots-file",
            paramLabel = "FILE",
            description = "PEM file with the root of Vault; default: $" + ROOTS_FILE + ", else the roots of Java")
    private Optional<Path> rootsFile = Optional.empty();

    private final ProcessEnvironment environment = ProcessEnvironment.current();

    /** @throws ParameterException if no address is given, or secrets could be read on the way to it */
    URI address() {
        URI found = address.or(() -> environment.variable(ADDRESS).map(URI::create))
                .orElseThrow(() -> new ParameterException(
                        spec.commandLine(), "specify the address of Vault with --vault or " + ADDRESS));
        return secure("--vault", found);
    }

    /** @throws ParameterException if secrets could be read on the way to it */
    URI secure(String option, URI url) {
        try {
            SecureAddress.require(option, url);
            return url;
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), e.getMessage());
        }
    }

    HostIdentity identities(Duration tokenLife) {
        URI vault = address();
        return new HostIdentity(new JsonHttp(tls().context()), vault, token(), tokenLife);
    }

    /** SHA-256 of the root of Vault; empty without TLS. */
    Optional<String> root() {
        URI vault = address();
        return vault.getScheme().equals("https") ? Optional.of(tls().fingerprint(vault)) : Optional.empty();
    }

    private ServerTls tls() {
        return rootsFile
                .or(() -> environment.variable(ROOTS_FILE).map(Path::of))
                .map(ServerTls::ofFile)
                .orElseGet(ServerTls::ofJdk);
    }

    private String token() {
        Path file = tokenFile
                .or(() -> environment.variable(TOKEN_FILE).map(Path::of))
                .orElseThrow(() -> new ParameterException(
                        spec.commandLine(),
                        "specify the file of the operator's token of Vault with --vault-token-file or " + TOKEN_FILE));
        try {
            String token = Files.readString(file).strip();
            if (!BearerToken.isValid(token)) {
                throw new ParameterException(spec.commandLine(), file + " contains no token of Vault");
            }
            return token;
        } catch (IOException e) {
            throw new ParameterException(
                    spec.commandLine(),
                    "cannot read " + file + " (" + e.getClass().getSimpleName() + ")");
        }
    }
}
