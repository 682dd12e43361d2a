package dev.perennial.testbed.chaos;

import dev.perennial.events.Topic;
import dev.perennial.testbed.Part;
import dev.perennial.testbed.Stack;
import dev.perennial.testbed.ca.IssuedByCa;
import dev.perennial.testbed.chaos.InventoryReader.Known;
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

/** What is looked at in the end, each past whoever says so himself. */
final class Invariants {
    private static final Known UNKNOWN = new Known("", "unknown to the order-service", "");

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
                new Invariant("every certificate is deployed", this::undeployed),
                new Invariant("every certificate is served under each of its names", this::unserved),
                new Invariant("the CA has issued exactly one certificate for each intent", this::notOnce),
                new Invariant("no TXT record is left in DNS", this::leftRecords),
                new Invariant("no challenge is answered any more", this::liveTokens),
                new Invariant("no key of an order is left in Vault", () -> secrets.below("orders/")),
                new Invariant("no work is left undone", this::undone),
                new Invariant("no record is among the dead letters", this::deadLetters),
                new Invariant("no private key is on a topic, in a log, a span or a table", this::keysOutside),
                new Invariant("everything runs", this::unhealthy));
    }

    /** With their stories. */
    private List<String> undeployed() {
        Map<String, Known> known = inventory.certificates();
        return intents.stream()
                .filter(intent -> !known.getOrDefault(intent.name(), UNKNOWN).isDeployed())
                .map(intent -> {
                    Known certificate = known.getOrDefault(intent.name(), UNKNOWN);
                    return intent.name() + " is " + certificate.state() + inventory.story(certificate);
                })
                .toList();
    }

    private List<String> unserved() {
        Map<String, Known> known = inventory.certificates();
        String roots = stack.issuingRoot();
        return intents.stream()
                .flatMap(intent -> intent.served().stream().flatMap(name -> {
                    String expected = known.getOrDefault(intent.name(), UNKNOWN).fingerprint();
                    return unserved(roots, name, expected).stream();
                }))
                .toList();
    }

    private Optional<String> unserved(String roots, String name, String expected) {
        try {
            TlsHandshake served = TlsHandshake.trusting(roots, stack.nginx().port(), name);
            return served.fingerprint().equals(expected)
                    ? Optional.empty()
                    : Optional.of(name + " serves " + served.fingerprint() + ", the order-service knows " + expected);
        } catch (UncheckedIOException e) {
            return Optional.of(name + ": " + e.getMessage() + ": " + e.getCause());
        }
    }

    private List<String> notOnce() {
        Map<List<String>, List<IssuedByCa>> issued =
                stack.pebble().issued().stream().collect(Collectors.groupingBy(IssuedByCa::names));
        Map<String, Known> known = inventory.certificates();
        List<String> wrong = new ArrayList<>();
        for (Intent intent : intents) {
            List<String> names = intent.dnsNames().stream().sorted().toList();
            List<IssuedByCa> own = Optional.ofNullable(issued.remove(names)).orElse(List.of());
            if (own.size() != 1) {
                wrong.add(intent.name() + " has " + own.size() + ": " + own);
            }
            int orders = inventory.orders(known.getOrDefault(intent.name(), UNKNOWN));
            if (orders != 1) {
                wrong.add(intent.name() + " was asked for once, and " + orders + " orders were made for it");
            }
        }
        issued.values().forEach(others -> wrong.add("nobody asked for " + others));
        return wrong;
    }

    private List<String> leftRecords() {
        return intents.stream()
                .flatMap(intent -> intent.dnsNames().stream())
                .map(name -> "_acme-challenge." + name.replace("*.", ""))
                .distinct()
                .flatMap(name ->
                        TxtRecords.of(name, stack.bind().resolver()).stream().map(value -> name + " TXT " + value))
                .toList();
    }

    /** What the topic still holds, and what the responder still says of all that was ever on it. */
    private List<String> liveTokens() {
        Set<String> seen = new HashSet<>();
        Set<String> live = new HashSet<>();
        topics.records().stream()
                .filter(record -> record.topic().equals(Topic.CHALLENGES.topicName()))
                .forEach(record -> {
                    seen.add(record.key());
                    live.remove(record.key());
                    if (record.value() != null) {
                        live.add(record.key());
                    }
                });
        return Stream.concat(
                        live.stream().map(token -> token + " is still on the topic"),
                        ResponderCheck.answered(stack.http01Port(), seen).stream()
                                .map(token -> token + " is still answered"))
                .toList();
    }

    private List<String> undone() {
        List<String> undone = new ArrayList<>(topics.lag());
        tables.ask("SELECT type || ' of ' || key || ' is unpublished' FROM outbox WHERE published_at IS NULL")
                .forEach(undone::add);
        tables.ask("SELECT 'order ' || id || ' of ' || name || ' is ' || state FROM certificate_order"
                        + " WHERE state NOT IN ('DEPLOYED')")
                .forEach(undone::add);
        return undone;
    }

    private List<String> deadLetters() {
        return topics.records().stream()
                .filter(record -> record.topic().endsWith(".dlq"))
                .map(record -> record.topic() + ": " + TopicReader.text(record))
                .toList();
    }

    private List<String> keysOutside() {
        Collection<String> keys = secrets.privateKeys();
        PrivateKeyScanner material = new PrivateKeyScanner(keys);
        Set<String> found = new HashSet<>();
        if (keys.size() <= intents.size()) {
            found.add("only " + keys.size() + " keys are in Vault: nobody can tell where the others are");
        }
        topics.records().forEach(record -> look(material, "topic " + record.topic(), TopicReader.text(record), found));
        tables.forEachValue((table, value) -> look(material, table, value, found));
        stack.parts().stream()
                .flatMap(part -> part.log().stream())
                .filter(Files::exists)
                .forEach(log -> look(material, "log " + log.getFileName(), read(log), found));
        return List.copyOf(found);
    }

    private static void look(PrivateKeyScanner material, String place, String text, Set<String> found) {
        material.in(text).ifPresent(what -> found.add(place + " has " + what));
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
