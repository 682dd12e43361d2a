package dev.perennial.testbed;

import java.net.URI;
import java.net.http.HttpClient;
import org.shredzone.acme4j.connector.NetworkSettings;
import org.shredzone.acme4j.provider.GenericAcmeProvider;

/** Configures acme4j with an HTTP client that trusts the testbed. */
final class TrustingProvider extends GenericAcmeProvider {
    private final HttpClient http;

    TrustingProvider(HttpClient http) {
        this.http = http;
    }

    @Override
    public boolean accepts(URI server) {
        return true;
    }

    @Override
    public HttpClient createHttpClient(NetworkSettings settings) {
        return http;
    }
}
