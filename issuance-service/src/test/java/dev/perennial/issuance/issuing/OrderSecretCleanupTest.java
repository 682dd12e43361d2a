package dev.perennial.issuance.issuing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.perennial.acme.OrderProgress;
import dev.perennial.events.ErrorCode;
import dev.perennial.events.OrderId;
import dev.perennial.events.OrderPlaced;
import dev.perennial.events.Problem;
import dev.perennial.issuance.keys.CertificateKey;
import dev.perennial.vault.SecretPath;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * An abandoned order leaves no key behind, whichever step its issuance has reached, and no key of a stored certificate
 * is lost.
 */
class OrderSecretCleanupTest {
    private final IssuanceTestSetup fixture = new IssuanceTestSetup();

    static List<Arguments> momentsOfAnIssuance() {
        return IssuanceCrashTest.moments();
    }

    /** Before and after each call of the cleanup of an abandoned order with a key. */
    static List<Arguments> momentsOfAbandoning() {
        try (IssuanceTestSetup fixture = new IssuanceTestSetup()) {
            refuseAtTheCa(fixture);
            int before = fixture.interruptions.calls().size();
            fixture.abandon();
            return fixture.interruptions.momentsSince(before);
        }
    }

    @AfterEach
    void close() {
        fixture.close();
    }

    @Test
    void destroysTheKeyOfAnAbandonedOrder() {
        refuseAtTheCa(fixture);
        assertThat(fixture.hasKey()).as("kept for another attempt").isTrue();

        fixture.abandon();

        assertThat(fixture.hasKey()).isFalse();
        assertThat(counted("destroyed")).isEqualTo(1);
    }

    @Test
    void ignoresRedeliveryOfAnAbandonedOrder() {
        refuseAtTheCa(fixture);
        fixture.abandon();
        var left = fixture.vault.read(SecretPath.orderKey(fixture.order.orderId()));

        fixture.abandon();

        assertThat(fixture.vault.read(SecretPath.orderKey(fixture.order.orderId())))
                .isEqualTo(left);
        assertThat(counted("destroyed")).isEqualTo(1);
        assertThat(counted("none")).isEqualTo(1);
    }

    @Test
    void issuesNothingForAnAbandonedOrder() {
        fixture.abandon();

        assertThat(fixture.deliver()).isInstanceOf(IssuanceResult.Abandoned.class);

        assertThat(fixture.ca.accepted()).isEmpty();
        assertThat(fixture.topic).isEmpty();
        assertThat(fixture.hasKey()).isFalse();
    }

    @Test
    void keepsTheKeyBetweenAttempts() {
        refuseAtTheCa(fixture);
        fixture.deliver(
                new OrderPlaced(IssuanceTestSetup.order(fixture.order.certificateId(), fixture.order.orderId(), 2)));
        assertThat(fixture.hasKey()).isTrue();
        assertThat(fixture.interruptions.calls()).doesNotContain("destroy orders");
    }

    @Test
    void keepsTheKeysOfOtherOrders() {
        SecretPath other = SecretPath.orderKey(OrderId.next());
        CertificateKey key = fixture.keys.generate(fixture.order.keyType());
        fixture.vault.createOnly(other, key.toSecret());
        fixture.abandon();
        assertThat(fixture.vault.read(other).orElseThrow().data()).isEqualTo(key.toSecret());
    }

    @Test
    void destroysTheKeyWhenVaultIsAvailableAgain() throws InterruptedException {
        refuseAtTheCa(fixture);
        fixture.vault.seal(true);
        fixture.retryTimeout = IssuanceTestSetup.BRIEF;
        Thread givingUp = Thread.ofVirtual().start(fixture::abandon);
        givingUp.join(2 * IssuanceTestSetup.BRIEF.toMillis());
        assertThat(givingUp.isAlive())
                .as("still retrying after the time at which an issuance fails")
                .isTrue();

        fixture.vault.seal(false);
        givingUp.join(10_000);

        assertThat(givingUp.isAlive()).isFalse();
        assertThat(fixture.hasKey()).isFalse();
    }

    @Test
    void leavesTheRecordUnacknowledgedWhenStopped() throws InterruptedException {
        refuseAtTheCa(fixture);
        fixture.vault.seal(true);
        Thread stopped = Thread.ofVirtual().start(fixture::abandon);

        stopped.interrupt();

        stopped.join(300);
        assertThat(stopped.isAlive())
                .as("neither acknowledged nor dead-lettered")
                .isTrue();
        assertThat(fixture.interruptions.calls()).as("attempts after the stop").hasSizeLessThan(20);
    }

    @ParameterizedTest(name = "{0} call {1} ({2})")
    @MethodSource("momentsOfAnIssuance")
    void keepsTheKeyOfACertificateIfAbandonedAtAnyCall(CallInterruptions.When when, int call, String action) {
        fixture.interruptions.runAt(when, call, fixture::abandon);
        fixture.deliver();
        fixture.interruptions.nothing();

        fixture.deliver();

        assertNoKeyIsLeft();
    }

    @ParameterizedTest(name = "{0} call {1} ({2})")
    @MethodSource("momentsOfAnIssuance")
    void generatesNoSecondKeyAfterACrashAndAnAbandonAtAnyCall(CallInterruptions.When when, int call, String action) {
        fixture.interruptions.runAt(when, call, () -> {
            fixture.interruptions.nothing();
            fixture.abandon();
            throw new CallInterruptions.Crash("after the order was abandoned");
        });
        assertThatThrownBy(fixture::deliver).isInstanceOf(CallInterruptions.Crash.class);

        fixture.deliver();

        assertNoKeyIsLeft();
    }

    @ParameterizedTest(name = "{0} call {1} ({2})")
    @MethodSource("momentsOfAbandoning")
    void leavesNoKeyAfterACrashAtAnyCallOfTheCleanup(CallInterruptions.When when, int call, String action) {
        refuseAtTheCa(fixture);
        fixture.interruptions.crash(when, fixture.interruptions.calls().size() + call);
        assertThatThrownBy(fixture::abandon).isInstanceOf(CallInterruptions.Crash.class);
        fixture.interruptions.nothing();

        fixture.abandon();

        assertThat(fixture.hasKey()).isFalse();
        assertThat(fixture.hasMarker()).isTrue();
    }

    @ParameterizedTest(name = "{0} call {1} ({2})")
    @MethodSource("momentsOfAbandoning")
    void leavesNoKeyIfAnIssuanceRunsAtAnyCallOfTheCleanup(CallInterruptions.When when, int call, String action) {
        refuseAtTheCa(fixture);
        fixture.interruptions.runAt(when, fixture.interruptions.calls().size() + call, fixture::deliver);

        fixture.abandon();

        assertThat(fixture.hasKey()).isFalse();
    }

    private void assertNoKeyIsLeft() {
        assertThat(fixture.hasKey()).isFalse();
        assertThat(fixture.failures()).as("false alarms").isEmpty();
        assertThat(fixture.ca.accepted()).hasSizeLessThanOrEqualTo(1);
        if (fixture.issued().isEmpty()) {
            assertThat(fixture.vault.read(SecretPath.certificate(fixture.order.certificateId())))
                    .isEmpty();
            return;
        }
        PublicKey certified =
                DownloadedChain.of(fixture.bundle()).chain().getFirst().getPublicKey();
        assertThat(signsFor(fixture.bundle().privateKey(), certified)).isTrue();
        for (String host : IssuanceTestSetup.HOSTS) {
            assertThat(fixture.copy(host)).isEqualTo(fixture.bundle());
        }
    }

    /** An issuance that the CA refuses; the order is then retried or abandoned. */
    private static void refuseAtTheCa(IssuanceTestSetup fixture) {
        fixture.ca.answer = Optional.of(new OrderProgress.Refused(Problem.of(ErrorCode.CA_REFUSED, "CAA")));
        fixture.deliver();
    }

    private double counted(String key) {
        return fixture.meters
                .counter("perennial_abandoned_orders_total", "key", key)
                .count();
    }

    private static boolean signsFor(String privatePem, PublicKey certified) {
        try {
            byte[] der = Base64.getMimeDecoder().decode(privatePem.replaceAll("-----[A-Z ]+-----", ""));
            Signature signature = Signature.getInstance("SHA256withECDSA");
            signature.initSign(KeyFactory.getInstance("EC").generatePrivate(new PKCS8EncodedKeySpec(der)));
            signature.update((byte) 1);
            byte[] signed = signature.sign();
            signature.initVerify(certified);
            signature.update((byte) 1);
            return signature.verify(signed);
        } catch (java.security.GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }
}
