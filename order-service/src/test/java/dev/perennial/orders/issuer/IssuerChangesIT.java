package dev.perennial.orders.issuer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.within;

import dev.perennial.events.CertificateId;
import dev.perennial.events.ErrorCode;
import dev.perennial.events.EventCodec;
import dev.perennial.events.Initiator;
import dev.perennial.events.IssuerConfigured;
import dev.perennial.events.IssuerSettings;
import dev.perennial.events.Problem;
import dev.perennial.orders.issuer.IssuerChanges.Deleted;
import dev.perennial.orders.issuer.IssuerChanges.Outcome;
import dev.perennial.orders.issuer.IssuerChanges.Refused;
import dev.perennial.orders.issuer.IssuerChanges.Stored;
import dev.perennial.orders.issuer.limits.LimitPresets;
import dev.perennial.orders.parts.IssuedFixture;
import dev.perennial.orders.parts.ServiceFixture;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class IssuerChangesIT {
    private static final LimitPresets PRESETS = new LimitPresets(Map::of);
    private static final Optional<Long> ANY = Optional.empty();
    private static final Initiator ADMIN = new Initiator("token:admin");

    @TempDir
    Path folder;

    private final ServiceFixture parts = new ServiceFixture();
    private final IssuerRegistry registry = new IssuerRegistry(parts.database, PRESETS);
    private final IssuerChanges changes = changes(Optional.empty());

    @Test
    void publishesTheCreationChangeAndDeletionOfAnIssuer() {
        Stored made = stored(changes.put(ADMIN, issuer("local", Map.of()), ANY));
        Stored changed = stored(changes.put(ADMIN, issuer("local", Map.of("profile", "short")), ANY));
        Outcome deleted = changes.delete("local", ANY);

        assertThat(made.created()).isTrue();
        assertThat(changed.created()).isFalse();
        assertThat(changed.issuer().revision()).isGreaterThan(made.issuer().revision());
        assertThat(changed.issuer().createdAt()).isEqualTo(made.issuer().createdAt());
        assertThat(deleted).isInstanceOf(Deleted.class);
        assertThat(registry.names()).isEmpty();
        assertThat(published("local"))
                .containsExactly(
                        Optional.of(made.issuer().settings()),
                        Optional.of(changed.issuer().settings()),
                        Optional.empty());
    }

    /** Compaction may have kept a record that a replaced publisher has published late. */
    @Test
    void publishesSettingsAndDeletionsAgain() {
        Stored kept = stored(changes.put(ADMIN, issuer("kept", Map.of()), ANY));
        changes.put(ADMIN, issuer("deleted", Map.of()), ANY);
        changes.delete("deleted", ANY);
        run(parts, "DELETE FROM outbox");

        changes.start();
        changes.publishAgain();

        Optional<IssuerSettings> settings = Optional.of(kept.issuer().settings());
        assertThat(published("kept")).containsExactly(settings, settings);
        assertThat(published("deleted")).containsExactly(Optional.empty(), Optional.empty());
    }

    @Test
    void keepsTheOtherIssuersIfOneCannotBeRead() {
        changes.put(ADMIN, issuer("bad", Map.of()), ANY);
        changes.put(ADMIN, issuer("good", Map.of()), ANY);
        run(parts, "UPDATE issuer SET settings = '[]' WHERE name = 'bad'");
        run(parts, "UPDATE issuer_change SET before = '[]', after = '7' WHERE issuer = 'bad'");
        changes.put(ADMIN, issuer("good", Map.of("profile", "short")), ANY);

        registry.refresh();

        assertThat(registry.find("good").flatMap(IssuerSettings::profile)).contains("short");
        assertThat(registry.find("bad")).as("its last settings").isPresent();
        IssuerRegistry restarted = new IssuerRegistry(parts.database, PRESETS);
        restarted.refresh();
        assertThat(restarted.names()).containsExactly("good");
        assertThat(audit("bad")).hasSize(1);
        assertThat(changes.put(ADMIN, issuer("bad", Map.of("profile", "repaired")), ANY))
                .isInstanceOf(Stored.class);
        assertThat(registry.find("bad").flatMap(IssuerSettings::profile)).contains("repaired");
    }

    @Test
    void advancesRenewalsIfTheIssuerIsConfiguredSo() {
        Instant now = parts.clock.instant();
        CertificateId id = IssuedFixture.with(parts, "shop", now, Duration.ofDays(90));
        run(parts, "UPDATE scheduled_task SET due_at = due_at + interval '60 days' WHERE kind = 'RENEW'");

        changes.put(ADMIN, issuer("local", Map.of("renewBefore", "P40D")), ANY);

        assertThat(due(id)).isCloseTo(now.plus(Duration.ofDays(50)), within(1, ChronoUnit.MINUTES));
        changes.put(ADMIN, issuer("local", Map.of("renewBefore", "P10D")), ANY);
        assertThat(due(id)).isCloseTo(now.plus(Duration.ofDays(50)), within(1, ChronoUnit.MINUTES));
    }

    private Instant due(CertificateId id) {
        return parts.database.inTransaction(
                tx -> tx.createQuery("SELECT due_at FROM scheduled_task WHERE certificate_id = :id AND kind = 'RENEW'")
                        .bind("id", id.value())
                        .mapTo(java.time.OffsetDateTime.class)
                        .one()
                        .toInstant());
    }

    private static void run(ServiceFixture parts, String sql) {
        parts.database.inTransaction(tx -> tx.execute(sql));
    }

    @Test
    void keepsTheAuditOfADeletedIssuer() {
        IssuerSettings first = issuer("local", Map.of());
        IssuerSettings second = issuer("local", Map.of("profile", "short"));
        changes.put(ADMIN, first, ANY);
        changes.put(ADMIN, second, ANY);
        changes.delete("local", ANY);

        List<IssuerChange> audit = audit("local");

        assertThat(audit).extracting(IssuerChange::changedBy).containsOnly(ManagedBy.REST);
        assertThat(audit)
                .extracting(IssuerChange::before)
                .containsExactly(Optional.of(second), Optional.of(first), Optional.empty());
        assertThat(audit)
                .extracting(IssuerChange::after)
                .containsExactly(Optional.empty(), Optional.of(second), Optional.of(first));
    }

    @Test
    void appliesOwnChangesAtOnceAndThoseOfOtherReplicasAfterARefresh() {
        IssuerRegistry other = new IssuerRegistry(parts.database, PRESETS);
        other.refresh();

        changes.put(ADMIN, issuer("local", Map.of()), ANY);

        assertThat(registry.find("local")).isPresent();
        assertThat(other.find("local")).isEmpty();
        other.refresh();
        assertThat(other.find("local")).isEqualTo(registry.find("local"));
    }

    @Test
    void ignoresUnchangedSettings() {
        Stored made = stored(changes.put(ADMIN, issuer("local", Map.of()), ANY));

        Stored again = stored(changes.put(ADMIN, issuer("local", Map.of()), ANY));

        assertThat(again.issuer()).isEqualTo(made.issuer());
        assertThat(again.created()).isFalse();
        assertThat(audit("local")).hasSize(1);
        assertThat(published("local")).hasSize(1);
    }

    @Test
    void refusesChangesOfAnOutdatedRevision() {
        long revision = stored(changes.put(ADMIN, issuer("local", Map.of()), ANY))
                .issuer()
                .revision();
        stored(changes.put(ADMIN, issuer("local", Map.of("profile", "theirs")), Optional.of(revision)));

        assertRefused(
                changes.put(ADMIN, issuer("local", Map.of("profile", "ours")), Optional.of(revision)),
                ErrorCode.ISSUER_CHANGED,
                "has revision " + (revision + 1));
        assertRefused(changes.delete("local", Optional.of(revision)), ErrorCode.ISSUER_CHANGED, " now");
        assertRefused(
                changes.put(ADMIN, issuer("new", Map.of()), Optional.of(revision)),
                ErrorCode.ISSUER_CHANGED,
                "does not exist");

        assertThat(registry.find("local").orElseThrow().profile()).contains("theirs");
        assertThat(published("local")).hasSize(2);
        assertThat(audit("local")).hasSize(2);
    }

    @Test
    void refusesToChangeTheDirectory() {
        changes.put(ADMIN, issuer("local", Map.of()), ANY);
        IssuerSettings otherDirectory = issuer("local", Map.of("directory", "https://other.example.com/directory"));

        assertRefused(
                changes.put(ADMIN, otherDirectory, ANY), ErrorCode.INVALID_FIELD, "create an issuer with another name");
        changes.delete("local", ANY);
        assertRefused(
                changes.put(ADMIN, otherDirectory, ANY), ErrorCode.INVALID_FIELD, "create an issuer with another name");

        assertThat(stored(changes.put(ADMIN, issuer("local", Map.of()), ANY)).created())
                .isTrue();
    }

    @Test
    void refusesToDeleteAnIssuerInUse() {
        changes.put(ADMIN, issuer("local", Map.of()), ANY);
        changes.put(ADMIN, issuer("preferred", Map.of("fallbacks", List.of("local"))), ANY);
        changes.put(ADMIN, issuer("careful", Map.of("rehearsal", "local")), ANY);
        parts.accepted("1", ServiceFixture.request("shop", List.of(), "shop.example.com"));

        assertRefused(
                changes.delete("local", ANY),
                ErrorCode.ISSUER_IN_USE,
                "certificates that use it: 1; issuers that refer to it: 2 [careful, preferred]");
        assertRefused(changes.delete("unknown", ANY), ErrorCode.UNKNOWN_ISSUER, "there is no issuer 'unknown'");
    }

    @Test
    void appliesTheFileAndDeletesIssuersThatItNoLongerContains() throws IOException {
        changes.put(ADMIN, issuer("by-hand", Map.of()), ANY);
        start("""
                issuers:
                  first: {directory: "https://ca.example.com/directory", fallbacks: [second]}
                  second: {directory: "https://ca.example.com/directory"}
                  third: {directory: "https://ca.example.com/directory"}
                """);
        assertThat(registry.names()).containsExactlyInAnyOrder("by-hand", "first", "second", "third");
        assertThat(audit("first")).extracting(IssuerChange::changedBy).containsExactly(ManagedBy.FILE);

        start("""
                issuers:
                  first: {directory: "https://ca.example.com/directory", fallbacks: [by-hand]}
                """);

        assertThat(registry.names()).containsExactlyInAnyOrder("by-hand", "first");
        assertThat(published("third").getLast()).isEmpty();
        assertThat(audit("third").getFirst().after()).isEmpty();
    }

    @Test
    void keepsAnIssuerInUseThatTheFileNoLongerContains() throws IOException {
        start("issuers: {local: {directory: 'https://ca.example.com/directory'}}");
        parts.accepted("1", ServiceFixture.request("shop", List.of(), "shop.example.com"));

        start("issuers: {}");

        assertThat(registry.names()).containsExactly("local");
    }

    @Test
    void refusesRestChangesOfIssuersInTheFile() throws IOException {
        IssuerChanges withFile = start("issuers: {local: {directory: 'https://ca.example.com/directory'}}");

        assertRefused(
                withFile.put(ADMIN, issuer("local", Map.of("profile", "mine")), ANY),
                ErrorCode.ISSUER_MANAGED_BY_FILE,
                "perennial.issuers.file");
        assertRefused(withFile.delete("local", ANY), ErrorCode.ISSUER_MANAGED_BY_FILE, "change it there");

        // Without the file, REST must be able to change the issuer.
        Stored taken = stored(changes.put(ADMIN, issuer("local", Map.of("profile", "mine")), ANY));
        assertThat(taken.issuer().managedBy()).isEqualTo(ManagedBy.REST);
    }

    @Test
    void appliesTheFileAsAWhole() throws IOException {
        changes.put(ADMIN, issuer("by-hand", Map.of()), ANY);

        assertThatIllegalStateException()
                .isThrownBy(() -> start("""
                        issuers:
                          fine: {directory: "https://ca.example.com/directory"}
                          by-hand: {directory: "https://ca.example.com/directory"}
                          wrong: {directory: "http://ca.example.com/directory", fallbacks: [unknown]}
                        """))
                .withMessageContainingAll(
                        "issuers.yaml",
                        "issuers.by-hand: an issuer of that name was created over REST",
                        "issuers.wrong: field 'directory'",
                        "issuers.wrong: field 'fallbacks[0]': 'unknown' does not exist");

        assertThat(registry.names()).containsExactly("by-hand");
        assertThat(published("fine")).isEmpty();
    }

    @Test
    void publishesAllIssuersAtEveryStart() throws IOException {
        changes.put(ADMIN, issuer("local", Map.of()), ANY);

        changes(Optional.empty()).start();

        assertThat(published("local")).hasSize(2);
        assertThat(audit("local")).hasSize(1);
    }

    private IssuerChanges start(String yaml) throws IOException {
        IssuerChanges started = changes(Optional.of(Files.writeString(folder.resolve("issuers.yaml"), yaml)));
        started.start();
        return started;
    }

    private IssuerChanges changes(Optional<Path> file) {
        return new IssuerChanges(parts.database, parts.policy, PRESETS, registry, parts.clock, file);
    }

    private List<IssuerChange> audit(String name) {
        return parts.database.inTransaction(tx -> new IssuerTable(tx).changes(name));
    }

    /** The settings in the outbox for the topic, in order; a tombstone is empty. */
    private List<Optional<IssuerSettings>> published(String name) {
        return parts.database.inTransaction(tx -> tx.createQuery(
                        "SELECT data FROM outbox WHERE topic = 'certificate.issuers' AND key = :name ORDER BY seq")
                .bind("name", name)
                .map((row, context) -> Optional.ofNullable(row.getBytes("data")).map(IssuerChangesIT::settings))
                .list());
    }

    private static IssuerSettings settings(byte[] data) {
        try {
            return EventCodec.mapper()
                    .readValue(new String(data, StandardCharsets.UTF_8), IssuerConfigured.class)
                    .settings();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static IssuerSettings issuer(String name, Map<String, Object> more) {
        Map<String, Object> settings = new HashMap<>(Map.of("directory", "https://ca.example.com/directory"));
        settings.putAll(more);
        return IssuerReader.read(name, EventCodec.mapper().valueToTree(settings));
    }

    private static Stored stored(Outcome outcome) {
        assertThat(outcome).isInstanceOf(Stored.class);
        return (Stored) outcome;
    }

    private static void assertRefused(Outcome outcome, ErrorCode code, String why) {
        assertThat(outcome).isInstanceOfSatisfying(Refused.class, refused -> assertThat(refused.problems())
                .singleElement()
                .satisfies(problem -> {
                    assertThat(problem.code()).isEqualTo(code);
                    assertThat(problem).extracting(Problem::detail).asString().contains(why);
                }));
    }
}
