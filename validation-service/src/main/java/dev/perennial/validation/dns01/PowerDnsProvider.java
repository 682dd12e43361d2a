package dev.perennial.validation.dns01;

import com.fasterxml.jackson.databind.JsonNode;
import dev.perennial.validation.dns01.ProviderApi.Answer;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/**
 * PowerDNS HTTP API. The secret in Vault has the field {@code apiKey}. The API replaces all values of a name at once,
 * so a change reads the values, writes them with ours added or removed, and reads them again, because another replica
 * may have written too.
 */
final class PowerDnsProvider implements DnsProvider {
    private static final int MAX_ATTEMPTS = 5;

    private final String name;
    private final Optional<String> zone;
    private final long ttl;
    private final String server;
    private final ProviderApi api;
    private final Credentials credentials;
    private final ExpectedRights expectedRights;
    private final StripedLocks locks = new StripedLocks();

    PowerDnsProvider(String name, ProvidersConfig.Provider config, Credentials credentials) {
        this.name = name;
        this.zone = config.zone().map(text -> text.endsWith(".") ? text : text + ".");
        this.ttl = config.ttl().toSeconds();
        this.server = "/api/v1/servers/" + URLEncoder.encode(config.serverId(), StandardCharsets.UTF_8);
        this.api = new ProviderApi(
                name,
                config.url()
                        .orElseThrow(() ->
                                new IllegalArgumentException("perennial.dns-providers." + name + ".url is missing")),
                config.requestTimeout());
        this.credentials = credentials;
        this.expectedRights = config.expectedRights();
    }

    @Override
    public void add(TxtRecord record) {
        change(record, true);
    }

    @Override
    public void remove(TxtRecord record) {
        change(record, false);
    }

    private void change(TxtRecord record, boolean present) {
        var key = Map.of("X-API-Key", credentials.read("apiKey").require("apiKey"));
        String url = server + "/zones/" + zone.orElseGet(() -> zoneOf(record, key));
        locks.withLock(record.fqdn(), () -> {
            for (int i = 0; i < MAX_ATTEMPTS; i++) {
                Set<String> values = values(url, record, key);
                if (values.contains(record.quotedValue()) == present) {
                    return;
                }
                if (present) {
                    values.add(record.quotedValue());
                } else {
                    values.remove(record.quotedValue());
                }
                write(url, record, values, key);
            }
            throw DnsErrors.unavailable(
                    "the DNS provider '" + name
                            + "' accepts the record but does not keep it, because another client writes it too; the"
                            + " change is retried",
                    record.fqdn());
        });
    }

    private Set<String> values(String url, TxtRecord record, Map<String, String> key) {
        Answer answer = api.get(url + "?rrset_name=" + record.absoluteName() + "&rrset_type=TXT", key);
        Set<String> values = new LinkedHashSet<>();
        for (JsonNode set :
                api.require("read the zone of " + record.fqdn(), answer).body().path("rrsets")) {
            // Older servers ignore the filter and return the whole zone.
            if (set.path("type").asText().equals("TXT")
                    && set.path("name").asText().equalsIgnoreCase(record.absoluteName())) {
                set.path("records")
                        .forEach(entry -> values.add(entry.path("content").asText()));
            }
        }
        return values;
    }

    private void write(String url, TxtRecord record, Set<String> values, Map<String, String> key) {
        List<Map<String, Object>> records = values.stream()
                .map(value -> Map.<String, Object>of("content", value, "disabled", false))
                .toList();
        Map<String, Object> set = Map.of(
                "name",
                record.absoluteName(),
                "type",
                "TXT",
                "ttl",
                ttl,
                "changetype",
                values.isEmpty() ? "DELETE" : "REPLACE",
                "records",
                records);
        api.require("change " + record.fqdn(), api.send("PATCH", url, key, Map.of("rrsets", List.of(set))));
    }

    /** A key of the API may change every record of every zone, unless a proxy in front of the API limits it. */
    @Override
    public VisibleRights rights() {
        if (expectedRights == ExpectedRights.UNCHECKED) {
            return new VisibleRights.Unknown("its configuration excludes the check");
        }
        if (zone.isEmpty()) {
            return new VisibleRights.Unknown("its configuration names no zone");
        }
        var key = Map.of("X-API-Key", credentials.read("apiKey").require("apiKey"));
        List<String> others =
                zones(key).filter(other -> !other.equalsIgnoreCase(zone.get())).toList();
        return others.isEmpty()
                ? new VisibleRights.Unknown("the API does not show which records of its zone the key may change")
                : new VisibleRights.Broader("its key also has access to " + others.size()
                        + " other zone(s), for example " + DnsErrors.shown(others.getFirst()));
    }

    private Stream<String> zones(Map<String, String> key) {
        JsonNode zones =
                api.require("list its zones", api.get(server + "/zones", key)).body();
        return StreamSupport.stream(zones.spliterator(), false)
                .map(zone -> zone.path("name").asText());
    }

    /** The zone of the server with the longest matching name. */
    private String zoneOf(TxtRecord record, Map<String, String> key) {
        List<String> zones = zones(key).toList();
        return zones.stream()
                .filter(zone -> zone.length() > 1 && ("." + record.absoluteName()).endsWith("." + zone))
                .max(Comparator.comparingInt(String::length))
                .orElseThrow(() -> DnsErrors.refused(
                        "the DNS provider '" + name + "' has no zone for " + record.fqdn(),
                        "the server has " + zones.size() + " zone(s), none of which contains it"));
    }
}
