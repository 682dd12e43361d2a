package dev.perennial.validation.dns01;

import dev.perennial.vault.Secret;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;

/**
 * The webhook protocol {@code httpreq}, which many bridges implement: {@code POST <url>/present} and
 * {@code <url>/cleanup} with name and value. If the bridge requires basic authentication, the secret in Vault has
 * {@code username} and {@code password}.
 */
final class HttpreqProvider implements DnsProvider {
    private final ProviderApi api;
    private final Credentials credentials;

    HttpreqProvider(String name, ProvidersConfig.Provider config, Credentials credentials) {
        this.api = new ProviderApi(
                name,
                config.url()
                        .orElseThrow(() ->
                                new IllegalArgumentException("perennial.dns-providers." + name + ".url is missing")),
                config.requestTimeout());
        this.credentials = credentials;
    }

    @Override
    public void add(TxtRecord record) {
        post("/present", record);
    }

    @Override
    public void remove(TxtRecord record) {
        post("/cleanup", record);
    }

    private void post(String path, TxtRecord record) {
        var body = Map.of("fqdn", record.absoluteName(), "value", record.value());
        api.require("accept the record of " + record.fqdn(), api.send("POST", path, authorization(), body));
    }

    private Map<String, String> authorization() {
        Secret secret = credentials.read();
        if (secret.field("username").isEmpty()) {
            return Map.of();
        }
        String pair =
                secret.require("username") + ":" + secret.field("password").orElse("");
        return Map.of(
                "Authorization", "Basic " + Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.UTF_8)));
    }
}
