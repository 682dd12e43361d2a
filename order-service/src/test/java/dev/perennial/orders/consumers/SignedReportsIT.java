package dev.perennial.orders.consumers;

import static dev.perennial.orders.parts.ServiceFixture.request;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.perennial.events.AcmeOrder;
import dev.perennial.events.CertificateDeployed;
import dev.perennial.events.CloudEvent;
import dev.perennial.events.EventCodec;
import dev.perennial.events.OrderId;
import dev.perennial.events.Topic;
import dev.perennial.orders.hosts.HostKey;
import dev.perennial.orders.hosts.HostKeys;
import dev.perennial.orders.hosts.HostSignatures;
import dev.perennial.orders.parts.ServiceFixture;
import dev.perennial.orders.submission.AcceptedOrder;
import dev.perennial.platform.crypto.EventSignature;
import dev.perennial.platform.crypto.SigningKey;
import dev.perennial.rules.access.Principal;
import dev.perennial.rules.lifecycle.Decision;
import dev.perennial.rules.lifecycle.Input;
import dev.perennial.signatures.SignatureMode;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Which reports count for an order, by their signatures. */
class SignedReportsIT {
    private static final String FINGERPRINT = "f1".repeat(32);
    private static final Principal OPERATOR = new Principal("token:operator", List.of());

    private final ServiceFixture parts = new ServiceFixture();
    private final FactRecorder recorder =
            new FactRecorder(parts.database, parts.transitions, parts.budget, parts.clock, parts.refused);
    private final HostKeys keys = new HostKeys(parts.database, parts.clock);
    private final SigningKey key = SigningKey.generate();
    private AcceptedOrder answer;

    @BeforeEach
    void placeAnOrder() {
        answer = parts.accepted("r1", request("shop", List.of("web-1", "web-2"), "shop.example.com"));
        AcmeOrder acme = new AcmeOrder(
                URI.create("https://ca.test/order/1"),
                URI.create("https://ca.test/finalize/1"),
                List.of(),
                Optional.empty());
        parts.database.inTransaction(tx -> parts.transitions.apply(tx, answer.orderId(), new Input.Placed(1, acme)));
    }

    @Test
    void acceptsTheReportThatTheHostHasSigned() {
        register("web-1", key);

        assertThat(report(SignatureMode.REQUIRED, "web-1", Optional.of(key)))
                .get()
                .isNotInstanceOf(Decision.Refused.class);
    }

    @Test
    void refusesAReportWithoutTheSignatureOfItsHost() {
        assertRefused(report(SignatureMode.REQUIRED, "web-1", Optional.empty()), "it is not signed", "unsigned");
        assertRefused(
                report(SignatureMode.REQUIRED, "web-1", Optional.of(key)), "that is not registered", "unknown-key");

        register("web-2", key);
        assertRefused(
                report(SignatureMode.REQUIRED, "web-1", Optional.of(key)), "that is not registered", "unknown-key");
        assertThat(parts.count("deployment")).isZero();
    }

    @Test
    void refusesTheReportsOfARevokedKeyAtOnceAndForGood() {
        register("web-1", key);
        keys.revoke(OPERATOR, "web-1", key.id());

        assertRefused(report(SignatureMode.REQUIRED, "web-1", Optional.of(key)), "a revoked key", "revoked-key");
        assertThat(keys.register(OPERATOR, "web-1", key.verificationKey()))
                .isInstanceOf(HostKeys.Registration.Refused.class);
    }

    @Test
    void refusesAReportThatWasChanged() {
        register("web-1", key);
        CloudEvent event = event("web-1");
        Map<String, String> headers = event.headers();
        headers.put(CloudEvent.SIGNATURE, key.sign(Topic.DEPLOYMENTS.topicName(), headers, value(event)));
        CloudEvent changed = new CloudEvent(
                event.id(),
                event.source(),
                event.time(),
                event.subject(),
                event.initiator(),
                deployed("web-1", "e2".repeat(32)));

        Optional<Decision> decision = record(SignatureMode.REQUIRED, changed, "web-1", headers);

        assertRefused(decision, "its signature does not match", "invalid");
        assertThat(record(SignatureMode.REQUIRED, event, "web-1", headers))
                .get()
                .isNotInstanceOf(Decision.Refused.class);
    }

    /** After the retention of the inbox, its id would be new again. */
    @Test
    void refusesAnOldReportThatIsWrittenAgain() {
        register("web-1", key);
        CloudEvent now = event("web-1");
        CloudEvent old = new CloudEvent(
                now.id(),
                now.source(),
                now.time().minus(Duration.ofDays(16)),
                now.subject(),
                now.initiator(),
                now.data());

        Optional<Decision> decision = record(SignatureMode.REQUIRED, old, "web-1", signed(old, key));

        assertRefused(decision, "older than the records of its topic", "old");
    }

    /** It must not take the place of the genuine report with the same id in the inbox. */
    @Test
    void keepsNoEntryOfAReportAboutAnUnknownOrder() {
        register("web-1", key);
        CloudEvent genuine = event("web-1");
        CloudEvent forged = new CloudEvent(
                genuine.id(),
                genuine.source(),
                genuine.time(),
                genuine.subject(),
                genuine.initiator(),
                new CertificateDeployed(
                        answer.certificateId(),
                        OrderId.next(),
                        "shop",
                        "web-1",
                        "ab12",
                        FINGERPRINT,
                        "a",
                        "b",
                        "c",
                        "d"));

        assertThat(record(SignatureMode.REQUIRED, forged, "web-1", forged.headers()))
                .get()
                .isInstanceOf(Decision.Refused.class);
        assertThat(record(SignatureMode.REQUIRED, genuine, "web-1", signed(genuine, key)))
                .get()
                .isNotInstanceOf(Decision.Refused.class);
    }

    @Test
    void countsWhatItWouldRefuseBeforeSignaturesAreRequired() {
        assertThat(report(SignatureMode.WARN, "web-1", Optional.empty())).get().isNotInstanceOf(Decision.Refused.class);
        assertThat(faults("unsigned")).isEqualTo(1);
        register("web-1", key);
        report(SignatureMode.WARN, "web-1", Optional.of(key));
        assertThat(parts.meters.find("perennial_unverified_reports_total").counters())
                .hasSize(1);
    }

    @Test
    void readsNoSignatureIfTheyAreIgnored() {
        assertThat(report(SignatureMode.IGNORED, "web-1", Optional.empty()))
                .get()
                .isNotInstanceOf(Decision.Refused.class);
        assertThat(parts.meters.find("perennial_unverified_reports_total").counters())
                .isEmpty();
    }

    @Test
    void registersAKeyForOneHostOnly() {
        assertThat(register("web-1", key)).isEqualTo(true);
        assertThat(register("web-1", key)).as("again").isEqualTo(false);
        assertThat(keys.register(OPERATOR, "web-2", key.verificationKey()))
                .isInstanceOf(HostKeys.Registration.Refused.class);
        assertThat(keys.list(Optional.of("web-1"), Optional.empty()).orElseThrow())
                .extracting(HostKey::id, HostKey::registeredBy)
                .containsExactly(tuple(key.id(), "token:operator"));
    }

    @Test
    void limitsTheUsableKeysOfAHost() {
        List<SigningKey> all = Stream.generate(SigningKey::generate).limit(8).toList();
        all.forEach(it -> register("web-1", it));

        assertThat(keys.register(OPERATOR, "web-1", key.verificationKey()))
                .isInstanceOf(HostKeys.Registration.Refused.class);
        keys.revoke(OPERATOR, "web-1", all.getFirst().id());
        assertThat(register("web-1", key)).isTrue();
    }

    @Test
    void listsAllKeysPageByPage() {
        SigningKey other = SigningKey.generate();
        register("web-2", other);
        register("web-1", key);

        List<HostKey> all = keys.list(Optional.empty(), Optional.empty()).orElseThrow();
        assertThat(all).extracting(HostKey::host).containsExactly("web-1", "web-2");
        assertThat(keys.list(Optional.empty(), Optional.of(key.id())).orElseThrow())
                .extracting(HostKey::id)
                .containsExactly(other.id());
        assertThat(keys.list(Optional.empty(), Optional.of("unknown"))).isEmpty();
    }

    private boolean register(String host, SigningKey its) {
        return ((HostKeys.Registration.Registered) keys.register(OPERATOR, host, its.verificationKey())).created();
    }

    private static Map<String, String> signed(CloudEvent event, SigningKey signer) {
        Map<String, String> headers = event.headers();
        headers.put(CloudEvent.SIGNATURE, signer.sign(Topic.DEPLOYMENTS.topicName(), headers, value(event)));
        return headers;
    }

    private Optional<Decision> report(SignatureMode mode, String host, Optional<SigningKey> signer) {
        CloudEvent event = event(host);
        Map<String, String> headers = event.headers();
        signer.ifPresent(
                it -> headers.put(CloudEvent.SIGNATURE, it.sign(Topic.DEPLOYMENTS.topicName(), headers, value(event))));
        return record(mode, event, host, headers);
    }

    private Optional<Decision> record(SignatureMode mode, CloudEvent event, String host, Map<String, String> headers) {
        HostSignatures signatures = new HostSignatures(() -> mode, parts.clock, parts.meters);
        EventSignature signature = EventSignature.of(Topic.DEPLOYMENTS.topicName(), headers, value(event));
        return recorder.record(event, tx -> signatures.refusal(tx, event, host, signature));
    }

    private CloudEvent event(String host) {
        return parts.event(deployed(host, FINGERPRINT), Topic.sourceOfAgent(host));
    }

    private CertificateDeployed deployed(String host, String fingerprint) {
        return new CertificateDeployed(
                answer.certificateId(),
                answer.orderId(),
                "shop",
                host,
                "ab12",
                fingerprint,
                "127.0.0.1:443",
                "shop.example.com",
                "TLSv1.3",
                "20270301T000000Z-ab12");
    }

    private static byte[] value(CloudEvent event) {
        return EventCodec.encode(event.data());
    }

    private void assertRefused(Optional<Decision> decision, String reason, String fault) {
        assertThat(decision).get().isInstanceOfSatisfying(Decision.Refused.class, refused -> assertThat(
                        refused.reason())
                .contains(reason));
        assertThat(faults(fault)).isPositive();
    }

    private double faults(String reason) {
        return parts.meters
                .get("perennial_unverified_reports_total")
                .tag("reason", reason)
                .counter()
                .count();
    }
}
