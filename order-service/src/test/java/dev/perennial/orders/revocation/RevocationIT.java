package dev.perennial.orders.revocation;

import static dev.perennial.orders.revocation.RevocationFixture.about;
import static org.assertj.core.api.Assertions.assertThat;

import dev.perennial.events.CertificateId;
import dev.perennial.events.CertificateRevoked;
import dev.perennial.events.ErrorCode;
import dev.perennial.events.RevocationOrdered;
import dev.perennial.events.RevocationReason;
import dev.perennial.events.RevocationRequested;
import dev.perennial.orders.access.AccessLog;
import dev.perennial.orders.messaging.Outbox;
import dev.perennial.orders.parts.ServiceFixture;
import dev.perennial.orders.parts.TestCa;
import dev.perennial.orders.renewal.RenewalPlanner;
import dev.perennial.orders.store.Certificate;
import dev.perennial.orders.store.Certificates;
import dev.perennial.orders.store.IssuedCertificate;
import dev.perennial.orders.store.StoredOrder;
import dev.perennial.orders.submission.SubmissionResult;
import dev.perennial.rules.access.Action;
import dev.perennial.rules.lifecycle.OrderCause;
import dev.perennial.rules.renewal.NamedWindows;
import dev.perennial.rules.renewal.RenewalTime;
import dev.perennial.rules.revocation.RevocationProgress;
import java.security.PublicKey;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class RevocationIT {
    private final RevocationFixture fixture = new RevocationFixture();

    @Test
    void revokesAfterTheReplacementIsProven() {
        CertificateId shop = fixture.issued(
                "shop", List.of("web-1", "web-2"), TestCa.newKey().getPublic());
        String before = fixture.current(shop).fingerprint();
        fixture.deployed(shop, "web-1");
        fixture.deployed(shop, "web-2");

        fixture.requestRevocation(shop, RevocationReason.SUPERSEDED);
        fixture.process();
        StoredOrder replacement = fixture.latest(shop);
        assertThat(replacement.cause()).isEqualTo(OrderCause.REVOKED);
        fixture.place(replacement.id());
        fixture.issue(shop, replacement.id(), fixture.ca.leaf());
        fixture.deployed(shop, "web-1");
        fixture.process();
        assertThat(fixture.row(before).state()).isEqualTo(RevocationProgress.REPLACING);
        assertThat(fixture.ordered()).as("while a host does not serve it yet").isEmpty();
        fixture.deployed(shop, "web-2");
        fixture.postponeRenewal(shop);
        fixture.process();

        assertThat(fixture.ordered()).singleElement().satisfies(fact -> {
            assertThat(fact.fingerprint()).isEqualTo(before);
            assertThat(fact.hosts()).containsExactly("web-1", "web-2");
            assertThat(fact.retired()).isFalse();
            assertThat(fact.leaf()).contains("BEGIN CERTIFICATE");
        });
        fixture.report(fixture.revoked(before));
        assertThat(fixture.row(before).state()).isEqualTo(RevocationProgress.REVOKED);
        assertThat(fixture.find(before).revokedAt()).isPresent();
        assertThat(fixture.find(before).revocationReason()).contains("superseded");
        assertThat(fixture.parts.facts()).containsOnlyOnce("revocation.accepted");
        assertThat(fixture.due("RENEW", shop)).isAfter(fixture.parts.clock.instant());
    }

    @Test
    void processesTheOthersWhileARowIsLocked() {
        CertificateId locked =
                fixture.issued("locked", List.of(), TestCa.newKey().getPublic());
        CertificateId other = fixture.issued("other", List.of(), TestCa.newKey().getPublic());
        fixture.requestRevocation(locked, RevocationReason.SUPERSEDED);
        fixture.requestRevocation(other, RevocationReason.SUPERSEDED);
        try (ServiceFixture.RowLock held =
                fixture.parts.locking("SELECT * FROM certificate WHERE id = '" + locked + "'")) {
            fixture.process();

            assertThat(fixture.latest(other).cause()).isEqualTo(OrderCause.REVOKED);
            assertThat(fixture.latest(locked).cause()).isEqualTo(OrderCause.REQUESTED);
        }
        fixture.process();
        assertThat(fixture.latest(locked).cause()).isEqualTo(OrderCause.REVOKED);
    }

    @Test
    void revokesEveryCertificateWithACompromisedKeyAndAtTheLatestAfterTheLimit() {
        PublicKey key = TestCa.newKey().getPublic();
        CertificateId shop = fixture.issued("shop", List.of("web-1"), key);
        CertificateId blog = fixture.issued("blog", List.of("web-2"), key);
        CertificateId other =
                fixture.issued("other", List.of("web-2"), TestCa.newKey().getPublic());

        RevocationAnswer answer = fixture.requestRevocation(shop, RevocationReason.KEY_COMPROMISE);

        assertThat(answer.revocations())
                .extracting(RevocationAnswer.Planned::certificateId)
                .containsExactlyInAnyOrder(shop, blog);
        fixture.process();
        assertThat(List.of(fixture.latest(shop).cause(), fixture.latest(blog).cause()))
                .containsOnly(OrderCause.KEY_COMPROMISED);
        assertThat(fixture.latest(other).cause()).isEqualTo(OrderCause.REQUESTED);
        assertThat(fixture.ordered()).isEmpty();
        fixture.pass(Duration.ofMinutes(16));
        fixture.process();
        assertThat(fixture.ordered())
                .extracting(RevocationOrdered::certificateId)
                .containsExactlyInAnyOrder(shop, blog);
    }

    @Test
    void revokesNoServedCertificateEarlyBecauseAClockIsAhead() {
        CertificateId shop =
                fixture.issued("shop", List.of("web-1"), TestCa.newKey().getPublic());
        fixture.requestRevocation(shop, RevocationReason.KEY_COMPROMISE);
        fixture.process();

        fixture.process(Clock.offset(fixture.parts.clock, Duration.ofHours(4)));

        assertThat(fixture.ordered()).isEmpty();
    }

    @Test
    void refusesAReportThatContradictsTheCertificateAndRecordsTheGenuineOne() {
        CertificateId shop = fixture.issued("shop", List.of(), TestCa.newKey().getPublic());
        String fingerprint = fixture.current(shop).fingerprint();
        fixture.requestRevocation(shop, RevocationReason.SUPERSEDED);
        CertificateRevoked genuine = fixture.revoked(fingerprint);

        fixture.report(with(genuine, "beef", genuine.revokedAt()));
        fixture.report(with(genuine, genuine.serial(), genuine.revokedAt().plus(Duration.ofDays(2))));
        fixture.report(with(genuine, genuine.serial(), Instant.EPOCH));

        assertThat(fixture.row(fingerprint).state()).isNotEqualTo(RevocationProgress.REVOKED);
        assertThat(fixture.parts
                        .meters
                        .counter("perennial_refused_inputs_total", "input", "certificate.revoked")
                        .count())
                .isEqualTo(3);
        fixture.report(genuine);
        assertThat(fixture.row(fingerprint).state()).isEqualTo(RevocationProgress.REVOKED);
    }

    private static CertificateRevoked with(CertificateRevoked fact, String serial, Instant revokedAt) {
        return new CertificateRevoked(
                fact.certificateId(),
                fact.orderId(),
                fact.fingerprint(),
                serial,
                fact.reason(),
                revokedAt,
                fact.destroyedVersions());
    }

    @Test
    void renewsACertificateWithACompromisedKeyEvenIfAnOrderFails() {
        CertificateId shop =
                fixture.issued("shop", List.of("web-1"), TestCa.newKey().getPublic());
        fixture.requestRevocation(shop, RevocationReason.KEY_COMPROMISE);

        RenewalTime renewal = new RenewalPlanner(fixture.parts.issuers, NamedWindows.NONE)
                .plan(
                        fixture.parts.database.inTransaction(
                                tx -> new Certificates(tx).find(shop).orElseThrow()),
                        fixture.current(shop).renewable());

        assertThat(renewal.cause()).isEqualTo(OrderCause.KEY_COMPROMISED);
        assertThat(renewal.at()).isBeforeOrEqualTo(fixture.parts.clock.instant());
        assertThat(fixture.due("RENEW", shop)).isBeforeOrEqualTo(fixture.parts.clock.instant());
    }

    @Test
    void revokesAReplacementWithTheCompromisedKeyToo() {
        PublicKey key = TestCa.newKey().getPublic();
        CertificateId shop = fixture.issued("shop", List.of(), key);
        String before = fixture.current(shop).fingerprint();
        fixture.requestRevocation(shop, RevocationReason.KEY_COMPROMISE);
        fixture.process();
        fixture.place(fixture.latest(shop).id());
        fixture.issue(shop, fixture.latest(shop).id(), fixture.ca.leaf(key));
        String meanwhile = fixture.current(shop).fingerprint();

        fixture.process();

        assertThat(fixture.ordered()).isEmpty();
        StoredOrder next = fixture.latest(shop);
        fixture.place(next.id());
        fixture.issue(shop, next.id(), fixture.ca.leaf());
        fixture.process();
        assertThat(fixture.ordered())
                .extracting(RevocationOrdered::fingerprint)
                .containsExactlyInAnyOrder(before, meanwhile);
    }

    @Test
    void revokesACertificateWithACompromisedKeyAlsoAfterTheHistoryIsDeleted() {
        PublicKey key = TestCa.newKey().getPublic();
        CertificateId shop = fixture.issued("shop", List.of(), key);
        fixture.requestRevocation(shop, RevocationReason.KEY_COMPROMISE);
        fixture.parts.database.inTransaction(tx -> {
            tx.execute("DELETE FROM revocation");
            return tx.execute("DELETE FROM issued_certificate");
        });

        CertificateId blog = fixture.issued("blog", List.of(), key);

        assertThat(fixture.row(fixture.current(blog).fingerprint()).reason())
                .isEqualTo(RevocationReason.KEY_COMPROMISE);
    }

    @Test
    void revokesAtOnceAndRetiresAfterCessationOfOperation() {
        CertificateId shop =
                fixture.issued("shop", List.of("web-1"), TestCa.newKey().getPublic());
        String fingerprint = fixture.current(shop).fingerprint();

        fixture.requestRevocation(shop, RevocationReason.CESSATION_OF_OPERATION);
        fixture.process();

        assertThat(fixture.ordered()).singleElement().satisfies(fact -> assertThat(fact.retired())
                .isTrue());
        fixture.report(fixture.revoked(fingerprint));
        Certificate retired = fixture.parts.database.inTransaction(
                tx -> new Certificates(tx).find(shop).orElseThrow());
        assertThat(retired.retired()).isPresent();
        assertThat(fixture.timeline(shop)).contains("certificate.retired", "revocation.ordered", "certificate.revoked");
        assertThat(fixture.initiators("SELECT DISTINCT initiator FROM outbox WHERE type LIKE 'revocation.%'"))
                .containsExactly("user:test");
        assertThat(fixture.initiators("SELECT DISTINCT initiator FROM timeline WHERE entry LIKE '%.revoked' OR"
                        + " entry IN ('certificate.retired', 'revocation.requested', 'revocation.ordered')"))
                .containsExactly("user:test");
        assertThat(fixture.parts.count("certificate_order")).isEqualTo(1);
    }

    @Test
    void renewsACertificateRevokedWithoutReplacement() {
        CertificateId shop =
                fixture.issued("shop", List.of("web-1"), TestCa.newKey().getPublic());
        String fingerprint = fixture.current(shop).fingerprint();
        fixture.postponeRenewal(shop);
        fixture.submit("r1", about(shop, RevocationReason.UNSPECIFIED, Optional.of(false)));
        fixture.process();

        fixture.report(fixture.revoked(fingerprint));

        assertThat(fixture.due("RENEW", shop)).isBeforeOrEqualTo(fixture.parts.clock.instant());
    }

    @Test
    void retriesTransientFailuresAndStopsAfterARefusal() {
        CertificateId shop =
                fixture.issued("shop", List.of("web-1"), TestCa.newKey().getPublic());
        String fingerprint = fixture.current(shop).fingerprint();
        fixture.submit("r1", about(shop, RevocationReason.UNSPECIFIED, Optional.of(false)));
        fixture.process();

        fixture.report(fixture.failed(fingerprint, ErrorCode.CA_UNAVAILABLE));
        assertThat(fixture.row(fingerprint).state()).isEqualTo(RevocationProgress.DUE);
        assertThat(fixture.row(fingerprint).problem().orElseThrow().nextAttemptAt())
                .isEqualTo(fixture.row(fingerprint).dueAt());
        fixture.process();
        assertThat(fixture.ordered()).as("before its time").hasSize(1);
        fixture.pass(Duration.ofMinutes(2));
        fixture.process();
        assertThat(fixture.ordered()).hasSize(2);

        fixture.report(fixture.failed(fingerprint, ErrorCode.CA_REFUSED));
        assertThat(fixture.row(fingerprint).state()).isEqualTo(RevocationProgress.FAILED);
        assertThat(fixture.row(fingerprint).dueAt()).isEmpty();
        fixture.submit("r2", about(shop, RevocationReason.UNSPECIFIED, Optional.of(false)));
        assertThat(fixture.row(fingerprint).state()).as("requested again").isEqualTo(RevocationProgress.DUE);
    }

    @Test
    void repeatsTheRequestIfTheIssuanceServiceDoesNotAnswer() {
        CertificateId shop =
                fixture.issued("shop", List.of("web-1"), TestCa.newKey().getPublic());
        fixture.submit("r1", about(shop, RevocationReason.UNSPECIFIED, Optional.of(false)));
        fixture.process();
        fixture.process();
        assertThat(fixture.ordered()).hasSize(1);

        fixture.pass(Duration.ofMinutes(31));
        fixture.process();

        assertThat(fixture.ordered()).hasSize(2);
    }

    @Test
    void publishesTheRevocationOnceWithManyReplicas() throws InterruptedException {
        CertificateId shop =
                fixture.issued("shop", List.of("web-1"), TestCa.newKey().getPublic());
        fixture.submit("r1", about(shop, RevocationReason.UNSPECIFIED, Optional.of(false)));

        List<Thread> replicas = IntStream.range(0, 8)
                .mapToObj(i -> Thread.ofVirtual().start(fixture::process))
                .toList();
        for (Thread replica : replicas) {
            replica.join();
        }

        assertThat(fixture.ordered()).hasSize(1);
    }

    @Test
    void processesARequestOnceAndLetsACompromisedKeyOverruleOthers() {
        CertificateId shop =
                fixture.issued("shop", List.of("web-1"), TestCa.newKey().getPublic());
        String fingerprint = fixture.current(shop).fingerprint();

        SubmissionResult<RevocationAnswer> first =
                fixture.submit("r1", about(shop, RevocationReason.SUPERSEDED, Optional.empty()));
        assertThat(fixture.submit("r1", about(shop, RevocationReason.SUPERSEDED, Optional.empty())))
                .isEqualTo(first);
        assertThat(fixture.parts.facts()).containsOnlyOnce("revocation.accepted");
        fixture.submit("r2", about(shop, RevocationReason.KEY_COMPROMISE, Optional.empty()));
        assertThat(fixture.row(fingerprint).reason()).isEqualTo(RevocationReason.KEY_COMPROMISE);
        assertThat(fixture.row(fingerprint).revokeBy()).isPresent();
        fixture.submit("r3", about(shop, RevocationReason.SUPERSEDED, Optional.empty()));
        assertThat(fixture.row(fingerprint).reason()).isEqualTo(RevocationReason.KEY_COMPROMISE);
    }

    @Test
    void findsTheCertificateByNameAndTheIssuedOneBySerialOrFingerprint() {
        CertificateId shop = fixture.issued("shop", List.of(), TestCa.newKey().getPublic());
        IssuedCertificate old = fixture.current(shop);
        fixture.requestRevocation(shop, RevocationReason.SUPERSEDED);
        fixture.process();
        fixture.place(fixture.latest(shop).id());
        fixture.issue(shop, fixture.latest(shop).id(), fixture.ca.leaf());

        var byName = new RevocationRequested(
                Optional.empty(),
                Optional.of("web"),
                Optional.of("shop"),
                Optional.empty(),
                Optional.of("00:" + old.serial().toUpperCase(java.util.Locale.ROOT)),
                RevocationReason.SUPERSEDED,
                Optional.empty(),
                Optional.empty());
        assertThat(ServiceFixture.accepted(fixture.parts.revocations.preview(ServiceFixture.CALLER, byName))
                        .revocations())
                .extracting(RevocationAnswer.Planned::fingerprint)
                .containsExactly(old.fingerprint());
        assertThat(ServiceFixture.accepted(fixture.parts.revocations.preview(
                                ServiceFixture.CALLER, about(shop, RevocationReason.SUPERSEDED, Optional.empty())))
                        .revocations())
                .extracting(RevocationAnswer.Planned::fingerprint)
                .containsExactly(fixture.current(shop).fingerprint());
    }

    /** Its owner may no longer have its names; a replacement would be an order that nothing ends. */
    @Test
    void replacesNoRetiredCertificate() {
        CertificateId before =
                fixture.issued("before", List.of("web-1"), TestCa.newKey().getPublic());
        CertificateId meanwhile =
                fixture.issued("meanwhile", List.of("web-1"), TestCa.newKey().getPublic());
        retire(before);
        fixture.requestRevocation(meanwhile, RevocationReason.SUPERSEDED);
        retire(meanwhile);

        assertThat(fixture.requestRevocation(before, RevocationReason.SUPERSEDED)
                        .revocations())
                .singleElement()
                .satisfies(planned -> assertThat(planned.replacedFirst()).isFalse());
        fixture.process();

        assertThat(fixture.ordered()).hasSize(2);
        assertThat(fixture.parts.count("certificate_order")).isEqualTo(2);
    }

    private void retire(CertificateId id) {
        fixture.parts.database.inTransaction(tx -> {
            fixture.parts.retirements.retire(
                    tx, new Certificates(tx).find(id).orElseThrow(), "it is no longer used", Outbox.SYSTEM);
            return tx;
        });
    }

    @Test
    void recordsADryRunAsOne() {
        CertificateId shop =
                fixture.issued("shop", List.of("web-1"), TestCa.newKey().getPublic());
        RevocationRequested request = about(shop, RevocationReason.SUPERSEDED, Optional.empty());

        fixture.parts.revocations.preview(ServiceFixture.CALLER, request);
        assertThat(lastDecision().subject()).contains("dry run");

        fixture.submit("r1", request);
        assertThat(lastDecision().subject()).isEmpty();
    }

    private AccessLog.Entry lastDecision() {
        AccessLog.Entry last = fixture.parts
                .database
                .inTransaction(tx -> new AccessLog(tx).before(Long.MAX_VALUE, Optional.empty(), 1))
                .getFirst();
        assertThat(last.action()).isEqualTo(Action.CERTIFICATE_REVOKE.wireName());
        return last;
    }

    @Test
    void refusesUnknownAndRevokedCertificates() {
        assertThat(fixture.refusal("r1", about(CertificateId.next(), RevocationReason.SUPERSEDED, Optional.empty())))
                .isEqualTo(ErrorCode.NOT_FOUND);
        CertificateId shop =
                fixture.issued("shop", List.of("web-1"), TestCa.newKey().getPublic());
        String fingerprint = fixture.current(shop).fingerprint();
        fixture.submit("r2", about(shop, RevocationReason.UNSPECIFIED, Optional.of(false)));
        fixture.process();
        fixture.report(fixture.revoked(fingerprint));

        assertThat(fixture.refusal("r3", about(shop, RevocationReason.SUPERSEDED, Optional.empty())))
                .isEqualTo(ErrorCode.NOTHING_TO_REVOKE);
        assertThat(fixture.parts.facts()).contains("certificate.refused");
    }

    @Test
    void processesOthersIfARevocationCannotBeRead() {
        CertificateId bad = fixture.issued("bad", List.of(), TestCa.newKey().getPublic());
        CertificateId worse = fixture.issued("worse", List.of(), TestCa.newKey().getPublic());
        CertificateId good = fixture.issued("good", List.of(), TestCa.newKey().getPublic());
        for (CertificateId certificate : List.of(bad, worse, good)) {
            fixture.requestRevocation(certificate, RevocationReason.KEY_COMPROMISE);
        }
        damage("reason = 'no reason'", bad);
        damage("problem = '[]'", worse);

        fixture.pass(Duration.ofHours(1));
        fixture.process();
        fixture.pass(Duration.ofMinutes(5));
        fixture.process();

        assertThat(fixture.ordered())
                .extracting(RevocationOrdered::certificateId)
                .containsExactlyInAnyOrder(worse, good);
    }

    private void damage(String assignment, CertificateId certificate) {
        fixture.parts.database.inTransaction(tx ->
                tx.execute("UPDATE revocation SET " + assignment + " WHERE certificate_id = ?", certificate.value()));
    }
}
