package dev.perennial.scenarios;

import com.fasterxml.jackson.databind.JsonNode;
import dev.perennial.testbed.Stack;
import dev.perennial.testbed.ca.RequestKind;
import dev.perennial.testbed.vault.VaultApi;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What the fleet has stored.
 *
 * @param rows of the order-service, by table; without what workers change by themselves, and without the record of refusals
 * @param secrets the versions in Vault by path
 * @param requests to the CA that change something, by kind
 */
record FleetState(Map<String, List<String>> rows, Map<String, Long> secrets, Map<String, Long> requests) {
    private static final List<String> TABLES = List.of(
            "certificate",
            "certificate_order",
            "compromised_key",
            "deployment",
            "failing_issuer",
            "failing_name",
            // Without the renewal that the CA suggests, which is polled.
            "(SELECT fingerprint, certificate_id, order_id, serial, vault_path, vault_version, revoked_at,"
                    + " revocation_reason FROM issued_certificate) AS issued_certificate",
            "issuer",
            "issuer_change",
            "replacement",
            "revocation",
            "service_token",
            "unresolved_acme_order",
            "timeline WHERE entry <> 'fact.refused'",
            // A fact on the topic of requests is answered with a refusal.
            "inbox WHERE source NOT LIKE 'certificate.requests%'",
            "(SELECT id, type, key FROM outbox WHERE type <> 'certificate.refused') AS outbox");

    static FleetState of(Stack stack) {
        Map<String, Long> requests = new TreeMap<>();
        for (RequestKind kind : List.of(RequestKind.NEW_ORDER, RequestKind.FINALIZE)) {
            requests.put(kind.name(), stack.counts().of(kind));
        }
        return new FleetState(rows(stack), secrets(stack.vault().api(), ""), requests);
    }

    /** What was added, removed or changed. */
    List<String> differencesFrom(FleetState before) {
        List<String> differences = new ArrayList<>();
        rows.forEach((table, now) -> {
            var changed = new TreeSet<>(now);
            before.rows.get(table).forEach(changed::remove);
            changed.forEach(row -> differences.add(table + ": " + row));
            if (now.size() != before.rows.get(table).size()) {
                differences.add(table + " had " + before.rows.get(table).size() + " rows and has " + now.size());
            }
        });
        if (!secrets.equals(before.secrets)) {
            differences.add("secrets " + before.secrets + " are " + secrets);
        }
        if (!requests.equals(before.requests)) {
            differences.add("requests " + before.requests + " are " + requests);
        }
        return differences;
    }

    private static Map<String, List<String>> rows(Stack stack) {
        Map<String, List<String>> rows = new TreeMap<>();
        try (Connection connection = stack.postgres().connect()) {
            for (String table : TABLES) {
                try (var statement = connection.createStatement();
                        ResultSet found =
                                statement.executeQuery("SELECT t::text FROM (SELECT * FROM " + table + ") AS t")) {
                    List<String> texts = new ArrayList<>();
                    while (found.next()) {
                        texts.add(found.getString(1));
                    }
                    rows.put(table, texts);
                }
            }
        } catch (SQLException e) {
            throw new AssertionError(e);
        }
        return rows;
    }

    /** Below a folder that ends in a slash; the empty text means all. */
    private static Map<String, Long> secrets(VaultApi vault, String folder) {
        Map<String, Long> versions = new TreeMap<>();
        try {
            for (JsonNode name :
                    vault.get("perennial/metadata/" + folder + "?list=true").at("/data/keys")) {
                String path = folder + name.asText();
                if (path.endsWith("/")) {
                    versions.putAll(secrets(vault, path));
                } else {
                    versions.put(
                            path,
                            vault.get("perennial/metadata/" + path)
                                    .at("/data/current_version")
                                    .asLong());
                }
            }
        } catch (VaultApi.Refused empty) {
            return Map.of();
        }
        return versions;
    }
}
