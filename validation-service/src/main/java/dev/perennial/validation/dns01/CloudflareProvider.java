package dev.perennial.validation.dns01;

import com.fasterxml.jackson.databind.JsonNode;
import dev.perennial.validation.dns01.ProviderApi.Answer;
import java.net.URI;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Cloudflare API v4. The secret in Vault has the field {@code token}, an API token with Zone:Read and DNS:Edit for the
 * zone. At Cloudflare, every TXT value is a separate record with an id.
 */
final class CloudflareProvider implements DnsProvider {
    private static final URI API = URI.create("https://api.cloudflare.com/client/v4");
    /** Error codes for an identical existing record. */
    private static final Set<Integer> EXISTS = Set.of(81057, 81058);

    private final String name;
    private final Optional<String> zone;
    private final long ttl;
    private final ProviderApi api;
    private final Credentials credentials;

    CloudflareProvider(String name, ProvidersConfig.Provider config, Credentials credentials) {
        this.name = name;
        this.zone = config.zone();
        this.ttl = config.ttl().toSeconds();
        this.api = new ProviderApi(name, config.url().orElse(API), config.requestTimeout());
        this.credentials = credentials;
    }

    @Override
    public void add(TxtRecord record) {
        Map<String, String> token = token();
        String records = "/zones/" + zoneId(record, token) + "/dns_records";
        if (!ids(records, record, token).isEmpty()) {
            return;
        }
        Answer answer = api.send(
                "POST",
                records,
                token,
                Map.of("type", "TXT", "name", record.fqdn(), "content", record.quotedValue(), "ttl", ttl));
        if (!exists(answer)) {
            api.require("add a record to " + record.fqdn(), answer);
        }
    }

    @Override
    public void remove(TxtRecord record) {
        Map<String, String> token = token();
        String records = "/zones/" + zoneId(record, token) + "/dns_records";
        for (String id : ids(records, record, token)) {
            Answer answer = api.delete(records + "/" + id, token);
            if (answer.status() != 404) {
                api.require("remove a record of " + record.fqdn(), answer);
            }
        }
    }

    private Map<String, String> token() {
        return Map.of("Authorization", "Bearer " + credentials.read("token").require("token"));
    }

    /**
     * The id of the configured zone, or of the closest parent domain of the record in the account. The service may
     * refuse a question for a domain that is no zone of the account, so a refusal ends the search only if every
     * question is refused.
     */
    private String zoneId(TxtRecord record, Map<String, String> token) {
        List<String> candidates = zone.map(List::of).orElseGet(record::domains);
        Map<String, Answer> refusals = new LinkedHashMap<>();
        for (String candidate : candidates) {
            Answer answer = api.get("/zones?name=" + candidate, token);
            if (!answer.succeeded()) {
                refusals.put(candidate, answer);
            }
            for (JsonNode match : answer.body().path("result")) {
                return match.path("id").asText();
            }
        }
        if (refusals.size() == candidates.size()) {
            refusals.values().forEach(answer -> api.require("list its zones", answer));
        }
        throw DnsErrors.refused(
                "the DNS provider '" + name + "' has no zone for " + record.fqdn(),
                "the token has access to no parent zone of it" + shown(refusals));
    }

    private static String shown(Map<String, Answer> refusals) {
        return refusals.isEmpty()
                ? ""
                : "; the service refused " + refusals.size() + " question(s): "
                        + refusals.entrySet().stream()
                                .map(refusal -> refusal.getKey() + " answered "
                                        + refusal.getValue().status())
                                .collect(Collectors.joining(", "));
    }

    private List<String> ids(String records, TxtRecord record, Map<String, String> token) {
        Answer answer = api.require(
                "list the records of " + record.fqdn(),
                api.get(records + "?type=TXT&per_page=100&name=" + record.fqdn(), token));
        List<String> ids = new ArrayList<>();
        for (JsonNode match : answer.body().path("result")) {
            String content = match.path("content").asText();
            if (content.equals(record.quotedValue()) || content.equals(record.value())) {
                ids.add(match.path("id").asText());
            }
        }
        return ids;
    }

    private static boolean exists(Answer answer) {
        for (JsonNode error : answer.body().path("errors")) {
            if (EXISTS.contains(error.path("code").asInt())) {
                return true;
            }
        }
        return false;
    }
}
