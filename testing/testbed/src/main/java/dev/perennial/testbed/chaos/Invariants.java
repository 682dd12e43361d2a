package dev.perennial.testbed.chaos;

import dev.perennial.events.Topic;
import dev.perennial.testbed.Part;
import dev.perennial.testbed.Stack;
import dev.perennial.testbed.ca.IssuedByCa;
import dev.perennial.testbed.chaos.InventoryReader.InventoryEntry;
import dev.perennial.testbed.web.TlsHandshake;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The checks at the end of a run. They read from sources that are independent of the component under test. */
final class Invariants {
    private static final InventoryEntry UNKNOWN = new InventoryEntry("", "unknown to the order-service", "");

    private final Stack stack;
    private final List<Intent> intents;
    private final InventoryReader inventory;
    private final TopicReader topics;
    private final DatabaseReader tables;
    private final VaultSecrets secrets;

    Invariants(Stack stack, List<Intent> intents) {
        this.stack = stack;
        this.intents = intents;
        this.inventory = new InventoryReader(stack);
        this.topics = new TopicReader(stack);
        this.tables = new DatabaseReader(stack);
        this.secrets = new VaultSecrets(stack);
    }

    List<Invariant> all() {
        return List.of(
                new Invariant("every certificate is deployed", this::notDeployed),
                new Invariant("every certificate is served under each of its names", this::notServed),
                new Invariant("the CA has issued exactly one certificate for each intent", this::notIssuedOnce),
                new Invariant("no TXT record remains in DNS", this::remainingRecords),
                new Invariant("the responder answers no challenge", this::remainingTokens),
                new Invariant("no key of an order remains in Vault", () -> secrets.below("orders/")),
                new Invariant("no work is unfinished", this::unfinishedWork),
                new Invariant("no record is on a dead-letter topic", this::deadLetters),
                new Invariant("no private key is on a topic, in a log, in a span or in a table", this::exposedKeys),
                new Invariant("every process is healthy", this::unhealthy));
    }

    /** With their timelines. */
    private List<String> notDeployed() {
        Map<String, InventoryEntry> entries = inventory.certificates();
        return intents.stream()
                .filter(intent -> !entries.getOrDefault(intent.name(), UNKNOWN).isDeployed())
                .map(intent -> {
                    InventoryEntry certificate = entries.getOrDefault(intent.name(), UNKNOWN);
                    return intent.name() + " is " + certificate.state() + inventory.timeline(certificate);
                })
                .toList();
    }

    private List<String> notServed() {
        Map<String, InventoryEntry> entries = inventory.certificates();
        String roots = stack.issuingRoot();
        return intents.stream()
                .flatMap(intent -> intent.serverNames().stream().flatMap(name -> {
                    String expected =
                            entries.getOrDefault(intent.name(), UNKNOWN).fingerprint();
                    return notServed(roots, name, expected).stream();
                }))
                .toList();
    }

    private Optional<String> notServed(String roots, String name, String expected) {
        try {
            TlsHandshake served = TlsHandshake.trusting(roots, stack.nginx().port(), name);
            return served.fingerprint().equals(expected)
                    ? Optional.empty()
                    : Optional.of(name + " serves " + served.fingerprint() + ", but the inventory has " + expected);
        } catch (UncheckedIOException e) {
            return Optional.of(name + ": " + e.getMessage() + ": " + e.getCause());
        }
    }

    private List<String> notIssuedOnce() {
        Map<List<String>, List<IssuedByCa>> issued =
                stack.pebble().issued().stream().collect(Collectors.groupingBy(IssuedByCa::names));
        Map<String, InventoryEntry> entries = inventory.certificates();
        List<String> violations = new ArrayList<>();
        for (Intent intent : intents) {
            List<String> names = intent.dnsNames().stream().sorted().toList();
            List<IssuedByCa> own = Optional.ofNullable(issued.remove(names)).orElse(List.of());
            if (own.size() != 1) {
                violations.add(intent.name() + " has " + own.size() + ": " + own);
            }
            int orders = inventory.orders(entries.getOrDefault(intent.name(), UNKNOWN));
            if (orders != 1) {
                violations.add(intent.name() + " was requested once and has " + orders + " orders");
            }
        }
        issued.values().forEach(others -> violations.add("issued without a request: " + others));
        return violations;
    }

    private List<String> remainingRecords() {
        return intents.stream()
                .flatMap(intent -> intent.dnsNames().stream())
                .map(name -> "_acme-challenge." + name.replace("*.", ""))
                .distinct()
                .flatMap(name ->
                        TxtRecords.of(name, stack.bind().resolver()).stream().map(value -> name + " TXT " + value))
                .toList();
    }

    /** The tokens that are still on the topic, and all earlier tokens that the responder still answers. */
    private List<String> remainingTokens() {
        Set<String> all = new HashSet<>();
        Set<String> current = new HashSet<>();
        topics.records().stream()
                .filter(record -> record.topic().equals(Topic.CHALLENGES.topicName()))
                .forEach(record -> {
                    all.add(record.key().replace("dns-01.", ""));
                    current.remove(record.key());
                    if (record.value() != null) {
                        current.add(record.key());
                    }
                });
        return Stream.concat(
                        current.stream().map(token -> token + " is still on the topic"),
                        ResponderCheck.answered(stack.http01Port(), all).stream()
                                .map(token -> token + " is still answered"))
                .toList();
    }

    private List<String> unfinishedWork() {
        List<String> unfinished = new ArrayList<>(topics.lag());
        tables.query("SELECT type || ' of ' || key || ' is unpublished' FROM outbox WHERE published_at IS NULL")
                .forEach(unfinished::add);
        tables.query("SELECT 'order ' || id || ' of ' || name || ' is ' || state FROM certificate_order"
                        + " WHERE state NOT IN ('DEPLOYED')")
                .forEach(unfinished::add);
        return unfinished;
    }

    private List<String> deadLetters() {
        return topics.records().stream()
                .filter(record -> record.topic().endsWith(".dlq"))
                .map(record -> record.topic() + ": " + TopicReader.text(record))
                .toList();
    }

    private List<String> exposedKeys() {
        Collection<String> keys = secrets.privateKeys();
        PrivateKeyScanner scanner = new PrivateKeyScanner(keys);
        Set<String> found = new HashSet<>();
        if (keys.size() <= intents.size()) {
            found.add("only " + keys.size()
                    + " keys are in Vault; expected one for each certificate and the account key");
        }
        topics.records().forEach(record -> scan(scanner, "topic " + record.topic(), TopicReader.text(record), found));
        tables.forEachValue((table, value) -> scan(scanner, table, value, found));
        stack.parts().stream()
                .flatMap(part -> part.log().stream())
                .filter(Files::exists)
                .forEach(log -> scan(scanner, "log " + log.getFileName(), read(log), found));
        return List.copyOf(found);
    }

    private static void scan(PrivateKeyScanner scanner, String location, String text, Set<String> found) {
        scanner.find(text).ifPresent(kind -> found.add(location + " contains " + kind));
    }

    private static String read(Path log) {
        try {
            return Files.readString(log, StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private List<String> unhealthy() {
        return stack.parts().stream()
                .filter(part -> !part.healthy())
                .map(Part::name)
                .toList();
    }
}
