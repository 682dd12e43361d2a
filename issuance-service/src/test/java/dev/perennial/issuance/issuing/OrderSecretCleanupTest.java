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
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * An order that is given up leaves no key behind, wherever an issuance of it is just then, and none that a certificate in Vault
 * needs is lost.
 */
class OrderSecretCleanupTest {
    private final IssuanceTestSetup fixture = new IssuanceTestSetup();

    static List<Arguments> momentsOfAnIssuance() {
        return IssuanceCrashTest.moments();
    }

    /** Before and after each call of giving up an order that has a key. */
    static List<Arguments> momentsOfGivingUp() {
        List<String> calls;
        try (IssuanceTestSetup fixture = new IssuanceTestSetup()) {
            refuseAtTheCa(fixture);
            int before = fixture.interruptions.calls().size();
            fixture.giveUp();
            calls = fixture.interruptions.calls();
            calls = calls.subList(before, calls.size());
        }
        List<Arguments> moments = new ArrayList<>();
        for (int i = 0; i < calls.size(); i++) {
            for (CrashPoints.When when : CrashPoints.When.values()) {
                moments.add(Arguments.of(when, i, calls.get(i)));
            }
        }
        return moments;
    }

    @AfterEach
    void close() {
        fixture.close();
    }

    @Test
    void destroysTheKeyOfAnOrderThatIsGivenUp() {
        refuseAtTheCa(fixture);
        assertThat(fixture.keyKept()).as("kept for another attempt").isTrue();

        fixture.giveUp();

        assertThat(fixture.keyKept()).isFalse();
        assertThat(counted("destroyed")).isEqualTo(1);
    }

    @Test
    void changesNothingWhenToldAgain() {
        refuseAtTheCa(fixture);
        fixture.giveUp();
        var left = fixture.vault.read(SecretPath.orderKey(fixture.order.orderId()));

        fixture.giveUp();

        assertThat(fixture.vault.read(SecretPath.orderKey(fixture.order.orderId())))
                .isEqualTo(left);
        assertThat(counted("destroyed")).isEqualTo(1);
        assertThat(counted("none")).isEqualTo(1);
    }

    @Test
    void makesNothingForAnOrderThatWasGivenUp() {
        fixture.giveUp();

        assertThat(fixture.deliver()).isInstanceOf(IssuanceResult.GivenUp.class);

        assertThat(fixture.ca.accepted()).isEmpty();
        assertThat(fixture.topic).isEmpty();
        assertThat(fixture.keyKept()).isFalse();
    }

    @Test
    void keepsTheKeyWhileAnotherAttemptIsMade() {
        refuseAtTheCa(fixture);
        fixture.deliver(
                new OrderPlaced(IssuanceTestSetup.order(fixture.order.certificateId(), fixture.order.orderId(), 2)));
        assertThat(fixture.keyKept()).isTrue();
        assertThat(fixture.interruptions.calls()).doesNotContain("destroy orders");
    }

    @Test
    void leavesTheKeysOfOtherOrdersAlone() {
        SecretPath other = SecretPath.orderKey(OrderId.next());
        CertificateKey key = fixture.keys.make(fixture.order.keyType());
        fixture.vault.createOnly(other, key.toSecret());
        fixture.giveUp();
        assertThat(fixture.vault.read(other).orElseThrow().data()).isEqualTo(key.toSecret());
    }

    @Test
    void destroysTheKeyAsSoonAsVaultIsBack() throws InterruptedException {
        refuseAtTheCa(fixture);
        fixture.vault.seal(true);
        fixture.patience = IssuanceTestSetup.BRIEF;
        Thread givingUp = Thread.ofVirtual().start(fixture::giveUp);
        givingUp.join(2 * IssuanceTestSetup.BRIEF.toMillis());
        assertThat(givingUp.isAlive())
                .as("still trying, where an issuance would have told its failure")
                .isTrue();

        fixture.vault.seal(false);
        givingUp.join(10_000);

        assertThat(givingUp.isAlive()).isFalse();
        assertThat(fixture.keyKept()).isFalse();
    }

    @Test
    void leavesTheRecordToTheNextDeliveryWhenItIsStopped() throws InterruptedException {
        refuseAtTheCa(fixture);
        fixture.vault.seal(true);
        Thread stopped = Thread.ofVirtual().start(fixture::giveUp);

        stopped.interrupt();

        stopped.join(300);
        assertThat(stopped.isAlive()).as("neither acknowledged nor buried").isTrue();
        assertThat(fixture.interruptions.calls()).as("tries after the stop").hasSizeLessThan(20);
    }

    @ParameterizedTest(name = "{0} call {1} ({2})")
    @MethodSource("momentsOfAnIssuance")
    void losesNoKeyOfACertificateWhereverTheOrderIsGivenUp(CrashPoints.When when, int call, String what) {
        fixture.interruptions.meanwhile(when, call, fixture::giveUp);
        fixture.deliver();
        fixture.interruptions.nothing();

        fixture.deliver();

        assertNothingIsLeftOver();
    }

    @ParameterizedTest(name = "{0} call {1} ({2})")
    @MethodSource("momentsOfAnIssuance")
    void makesNoSecondKeyWhereverTheOrderIsGivenUpAndTheProcessEnds(CrashPoints.When when, int call, String what) {
        fixture.interruptions.meanwhile(when, call, () -> {
            fixture.interruptions.nothing();
            fixture.giveUp();
            throw new CrashPoints.Crash("after the order was given up");
        });
        assertThatThrownBy(fixture::deliver).isInstanceOf(CrashPoints.Crash.class);

        fixture.deliver();

        assertNothingIsLeftOver();
    }

    @ParameterizedTest(name = "{0} call {1} ({2})")
    @MethodSource("momentsOfGivingUp")
    void leavesNoKeyWhereverGivingUpIsCutOff(CrashPoints.When when, int call, String what) {
        refuseAtTheCa(fixture);
        fixture.interruptions.crash(when, fixture.interruptions.calls().size() + call);
        assertThatThrownBy(fixture::giveUp).isInstanceOf(CrashPoints.Crash.class);
        fixture.interruptions.nothing();

        fixture.giveUp();

        assertThat(fixture.keyKept()).isFalse();
        assertThat(fixture.marked()).isTrue();
    }

    @ParameterizedTest(name = "{0} call {1} ({2})")
    @MethodSource("momentsOfGivingUp")
    void leavesNoKeyWhereverAnIssuanceComesBetween(CrashPoints.When when, int call, String what) {
        refuseAtTheCa(fixture);
        fixture.interruptions.meanwhile(when, fixture.interruptions.calls().size() + call, fixture::deliver);

        fixture.giveUp();

        assertThat(fixture.keyKept()).isFalse();
    }

    private void assertNothingIsLeftOver() {
        assertThat(fixture.keyKept()).isFalse();
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

    /** An issuance whose CA says no: its order is retried, or given up. */
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
