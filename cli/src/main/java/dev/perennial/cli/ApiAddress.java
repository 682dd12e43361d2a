package dev.perennial.cli;

import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import picocli.CommandLine.Option;

/** The address of the API: an option, otherwise from the environment, otherwise the one of {@code ./perennial up}. */
final class ApiAddress {
    static final String VARIABLE = "PERENNIAL_API";

    @Option(
            names = "--api",
            paramLabel = "URL",
            description = "address of the order-service; default: $PERENNIAL_API, else the one of './perennial up'")
    private Optional<URI> option = Optional.empty();

    private final ProcessEnvironment environment;

    ApiAddress() {
        this(ProcessEnvironment.current());
    }

    ApiAddress(ProcessEnvironment environment) {
        this.environment = environment;
    }

    /** @throws ApiUnreachableException if a configured address is not a URL */
    Optional<URI> find() {
        return option.or(() -> environment.variable(VARIABLE).map(ApiAddress::uri))
                .or(this::ofRunningStack);
    }

    /** The address of the stack of {@code ./perennial up}; empty if none runs. */
    Optional<URI> ofRunningStack() {
        return running(environment.run().resolve("endpoints.json"));
    }

    /** @throws ApiUnreachableException if no address is configured */
    URI require() {
        return find().orElseThrow(ApiAddress::missing);
    }

    static ApiUnreachableException missing() {
        return new ApiUnreachableException("no address of the API is configured; start an installation with"
                + " './perennial up', or specify one with --api or " + VARIABLE);
    }

    /**
     * Whether requests to both addresses go to the same server: equal scheme, host and port. The client replaces the
     * path.
     */
    static boolean isSame(URI first, URI second) {
        return first.getHost() != null
                && first.getScheme() != null
                && first.getScheme().equalsIgnoreCase(second.getScheme())
                && first.getHost().equalsIgnoreCase(second.getHost())
                && port(first) == port(second);
    }

    private static int port(URI address) {
        if (address.getPort() >= 0) {
            return address.getPort();
        }
        return address.getScheme().toLowerCase(Locale.ROOT).equals("https") ? 443 : 80;
    }

    private static URI uri(String text) {
        try {
            return URI.create(text);
        } catch (IllegalArgumentException e) {
            throw new ApiUnreachableException(VARIABLE + " is not a URL: " + text);
        }
    }

    private static Optional<URI> running(Path endpoints) {
        if (!Files.exists(endpoints)) {
            return Optional.empty();
        }
        try {
            return Optional.of(URI.create(new JsonMapper()
                    .readTree(endpoints.toFile())
                    .at("/rest/url")
                    .asText()));
        } catch (IOException e) {
            throw new ApiUnreachableException("cannot read " + endpoints + " ("
                    + e.getClass().getSimpleName() + "); specify the address of the API with --api or " + VARIABLE);
        }
    }
}
