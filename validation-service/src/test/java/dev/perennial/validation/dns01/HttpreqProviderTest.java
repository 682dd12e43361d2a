package dev.perennial.validation.dns01;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Map;

/** Runs against a fake bridge: there is no reference server of the httpreq protocol. */
class HttpreqProviderTest extends FakeProviderContract {
    HttpreqProviderTest() {
        super(
                new Bridge(),
                Map.of("username", "user", "password", "right"),
                Map.of("username", "user", "password", "wrong"));
    }

    @Override
    DnsProvider provider(String name, URI url, Credentials credentials) {
        return new HttpreqProvider(name, ProviderSettings.api("httpreq", url), credentials);
    }

    private static final class Bridge extends FakeProviderApi {
        private static final String RIGHT =
                "Basic " + Base64.getEncoder().encodeToString("user:right".getBytes(StandardCharsets.UTF_8));

        @Override
        Reply reply(String method, URI uri, String authorization, String text) {
            JsonNode body = json(text);
            if (!authorization.equals(RIGHT)) {
                return new Reply(401, "");
            }
            String fqdn = body.path("fqdn").asText();
            String value = body.path("value").asText();
            if (!method.equals("POST") || !fqdn.endsWith(".") || value.isEmpty()) {
                return new Reply(400, "");
            }
            List<String> values = at(fqdn.substring(0, fqdn.length() - 1));
            return switch (uri.getPath()) {
                case "/present" -> {
                    if (!values.contains(value)) {
                        values.add(value);
                    }
                    yield new Reply(200, "");
                }
                case "/cleanup" -> {
                    values.remove(value);
                    yield new Reply(200, "");
                }
                default -> new Reply(404, "");
            };
        }
    }
}
