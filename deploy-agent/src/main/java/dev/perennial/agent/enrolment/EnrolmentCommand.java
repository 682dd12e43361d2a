package dev.perennial.agent.enrolment;

import dev.perennial.enrolment.EnrolmentException;
import dev.perennial.enrolment.EnrolmentToken;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * {@code deploy-agent enroll}. The token comes from a file or from stdin: other users of the host can read the arguments of a
 * process, and could open the token first.
 */
public final class EnrolmentCommand {
    public static final String NAME = "enroll";

    private static final Path DIRECTORY = Path.of("/var/lib/perennial");
    private static final int MAX_TOKEN = 10_000;
    private static final int OK = 0;
    private static final int FAILED = 1;
    private static final int USAGE = 2;
    private static final String HELP = """
            usage: deploy-agent enroll [--token-file FILE] [--directory DIR] [--vault-roots-file FILE] [--api-roots-file FILE]
            Enrols this host with a token of 'perennial host enroll'. Run it as the user of the agent.
              --token-file FILE        file with the token; default: stdin
              --directory DIR          folder for the credentials and the signing key; default: /var/lib/perennial
              --vault-roots-file FILE  PEM file with the root of Vault, if Vault does not send it and Java does not have it
              --api-roots-file FILE    PEM file with the root of the API, if Java does not have it
            If it fails, correct the reason and run it again with the same token; it says when a new token is necessary.""";

    private final InputStream in;
    private final PrintStream out;
    private final PrintStream err;

    public EnrolmentCommand(InputStream in, PrintStream out, PrintStream err) {
        this.in = in;
        this.out = out;
        this.err = err;
    }

    private record Options(
            Optional<Path> tokenFile, Path directory, Optional<Path> vaultRoots, Optional<Path> apiRoots) {
        static Options parse(List<String> arguments) {
            Options options = new Options(Optional.empty(), DIRECTORY, Optional.empty(), Optional.empty());
            if (arguments.size() % 2 != 0) {
                throw new IllegalArgumentException(
                        arguments.getLast().startsWith(EnrolmentToken.PREFIX)
                                ? "the token must not be an argument, which other users can read; use stdin or --token-file"
                                : "each option needs a value");
            }
            for (int i = 0; i < arguments.size(); i += 2) {
                options = options.with(arguments.get(i), Path.of(arguments.get(i + 1)));
            }
            return options;
        }

        private Options with(String option, Path value) {
            return switch (option) {
                case "--token-file" -> new Options(Optional.of(value), directory, vaultRoots, apiRoots);
                case "--directory" -> new Options(tokenFile, value, vaultRoots, apiRoots);
                case "--vault-roots-file" -> new Options(tokenFile, directory, Optional.of(value), apiRoots);
                case "--api-roots-file" -> new Options(tokenFile, directory, vaultRoots, Optional.of(value));
                default -> throw new IllegalArgumentException("unknown option '" + option + "'");
            };
        }
    }

    /** @return the exit code */
    public int run(List<String> arguments) {
        Options options;
        try {
            options = Options.parse(arguments);
        } catch (IllegalArgumentException e) {
            err.println("deploy-agent: " + e.getMessage());
            err.println(HELP);
            return USAGE;
        }
        try {
            EnrolmentToken token = token(options);
            Enrolment enrolment = new Enrolment(options.directory(), options.vaultRoots(), options.apiRoots());
            Path properties = enrolment.run(token);
            out.println("The host " + token.host() + " is enrolled. Start the agent with these properties too:");
            out.println("-Dquarkus.config.locations=/etc/perennial/deploy-agent.properties," + properties);
            return OK;
        } catch (EnrolmentException | IllegalStateException | UncheckedIOException e) {
            err.println("deploy-agent: " + e.getMessage());
            return FAILED;
        }
    }

    private EnrolmentToken token(Options options) {
        try (InputStream source = options.tokenFile().isPresent()
                ? Files.newInputStream(options.tokenFile().get())
                : in) {
            return EnrolmentToken.parse(new String(source.readNBytes(MAX_TOKEN), StandardCharsets.UTF_8).strip());
        } catch (IllegalArgumentException e) {
            throw new EnrolmentException("the input is not an enrolment token: " + e.getMessage()
                    + "; create one with 'perennial host enroll'");
        } catch (IOException e) {
            throw new EnrolmentException("the enrolment token cannot be read: " + e, e);
        }
    }
}
