package dev.perennial.validation.dns01;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.fasterxml.jackson.databind.JsonNode;
import dev.perennial.events.RetryLater;
import dev.perennial.validation.challenges.PresentationException;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Runs against a fake of Cloudflare's documented API, never against the real one. */
class CloudflareProviderTest extends FakeProviderContract {
    private static final String NAME = "_acme-challenge.www.corp.test";

    private final Cloudflare cloudflare = (Cloudflare) api;

    CloudflareProviderTest() {
        super(new Cloudflare(), Map.of("token", "right"), Map.of("token", "wrong"));
    }

    @Override
    DnsProvider provider(String name, URI url, Credentials credentials) {
        return new CloudflareProvider(name, ProviderSettings.api("cloudflare", url), credentials);
    }

    /** A service may refuse a question for a domain that is no zone of the account, instead of an empty list. */
    @ParameterizedTest
    @ValueSource(ints = {400, 401, 403, 404})
    void findsTheZoneAboveDomainsThatTheServiceRefuses(int status) {
        cloudflare.refusals.putAll(Map.of(NAME, status, "www.corp.test", status));

        provider().add(new TxtRecord(NAME, "one"));
        assertThat(values(NAME)).containsExactly("one");

        provider().remove(new TxtRecord(NAME, "one"));
        assertThat(values(NAME)).isEmpty();
    }

    @Test
    void reportsCredentialsThatAreRefusedForEveryDomain() {
        assertThatExceptionOfType(PresentationException.class)
                .isThrownBy(() -> withWrongCredentials().add(new TxtRecord(NAME, "one")))
                .withMessageContaining("refused to list its zones; check its credentials")
                .satisfies(e -> assertThat(e.problem().evidence().orElseThrow()).contains("answered 403"));
    }

    @Test
    void namesARefusalIfTheAccountHasNoZone() {
        String name = "_acme-challenge.notcorp.test";
        cloudflare.refusals.put("notcorp.test", 403);

        assertThatExceptionOfType(PresentationException.class)
                .isThrownBy(() -> provider().add(new TxtRecord(name, "one")))
                .withMessageContaining("has no zone for " + name)
                .satisfies(e -> assertThat(e.problem().evidence().orElseThrow())
                        .contains("refused 1 question(s)", "notcorp.test", "answered 403"));
    }

    /** The service is down: whether a domain is a zone of the account is unknown. */
    @Test
    void retriesLaterIfTheServiceFailsForOneDomain() {
        cloudflare.refusals.put(NAME, 503);

        assertThatExceptionOfType(RetryLater.class).isThrownBy(() -> provider().add(new TxtRecord(NAME, "one")));
    }

    /** The id of a record is its value, so that the fake stores only values. */
    private static final class Cloudflare extends FakeProviderApi {
        private static final String RECORDS = "/zones/zone-1/dns_records";

        /** The status of the answer to a question for the zone of this name. */
        final Map<String, Integer> refusals = new ConcurrentHashMap<>();

        @Override
        Reply reply(String method, URI uri, String authorization, String text) {
            JsonNode body = json(text);
            if (!authorization.equals("Bearer right")) {
                return error(403, 9109, "Invalid access token");
            }
            if (uri.getPath().equals("/zones")) {
                Integer refusal = refusals.get(uri.getQuery().replaceAll(".*name=", ""));
                if (refusal != null) {
                    return error(refusal, 9109, "Unauthorized to access requested resource");
                }
                return ok(uri.getQuery().equals("name=corp.test") ? "{\"id\":\"zone-1\",\"name\":\"corp.test\"}" : "");
            }
            return switch (method) {
                case "GET" -> list(uri.getQuery().replaceAll(".*name=", ""));
                case "POST" -> add(body);
                case "DELETE" -> delete(uri.getPath().substring(RECORDS.length() + 1));
                default -> error(405, 10405, "Method not allowed");
            };
        }

        private Reply list(String name) {
            return ok(at(name).stream()
                    .map(value -> "{\"id\":\"%s\",\"type\":\"TXT\",\"name\":\"%s\",\"content\":\"\\\"%s\\\"\"}"
                            .formatted(value, name, value))
                    .collect(Collectors.joining(",")));
        }

        private synchronized Reply add(JsonNode body) {
            List<String> values = at(body.path("name").asText());
            String content = body.path("content").asText();
            if (!content.startsWith("\"")
                    || !body.path("type").asText().equals("TXT")
                    || !body.path("ttl").isNumber()) {
                return error(400, 9005, "Content for TXT record is invalid");
            }
            String value = content.substring(1, content.length() - 1);
            if (values.contains(value)) {
                return error(400, 81058, "An identical record already exists.");
            }
            values.add(value);
            return ok("");
        }

        private Reply delete(String id) {
            boolean found = false;
            for (List<String> some : values.values()) {
                found |= some.remove(id);
            }
            return found ? ok("") : error(404, 81044, "Record does not exist.");
        }

        private static Reply ok(String results) {
            return new Reply(200, "{\"success\":true,\"errors\":[],\"result\":[" + results + "]}");
        }

        private static Reply error(int status, int code, String message) {
            return new Reply(
                    status,
                    "{\"success\":false,\"result\":null,\"errors\":[{\"code\":%d,\"message\":\"%s\"}]}"
                            .formatted(code, message));
        }
    }
}
