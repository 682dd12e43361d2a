package dev.perennial.issuance.issuing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.perennial.acme.OrderProgress;
import dev.perennial.events.CertificateIssued;
import dev.perennial.events.CloudEvent;
import dev.perennial.events.ErrorCode;
import dev.perennial.events.EventCodec;
import dev.perennial.events.Order;
import dev.perennial.events.OrderId;
import dev.perennial.events.Problem;
import dev.perennial.issuance.checks.TestCaWithIntermediate;
import dev.perennial.platform.messaging.Shutdown;
import dev.perennial.vault.Bundle;
import dev.perennial.vault.SecretPath;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class IssuanceTest {
    private final IssuanceTestSetup fixture = new IssuanceTestSetup();

    @AfterEach
    void close() {
        fixture.close();
    }

    @Test
    void publishesTheCertificateWithoutTheKey() {
        IssuanceResult outcome = fixture.deliver();

        assertThat(outcome).isInstanceOf(IssuanceResult.Issued.class);
        CertificateIssued fact = fixture.issued().getFirst();
        Bundle bundle = fixture.bundle();
        assertThat(fact.serial()).isEqualTo(bundle.serial()).matches("[1-9a-f][0-9a-f]*");
        assertThat(fact.fingerprint()).isEqualTo(bundle.fingerprint()).hasSize(64);
        assertThat(fact.vaultPath()).isEqualTo("certificates/" + fixture.order.certificateId());
        assertThat(fact.vaultVersion()).isEqualTo(1);
        assertThat(String.join("", fact.chain())).isEqualTo(bundle.chain());
        assertThat(fact.chain()).hasSize(2);
        assertThat(fact.notAfter()).isEqualTo(bundle.notAfter());
        CloudEvent event = fixture.topic.getFirst();
        assertThat(event.subject()).isEqualTo(fixture.order.certificateId().toString());
        assertThat(event.initiator()).contains(IssuanceTestSetup.REQUESTER);
        assertThat(new String(EventCodec.encode(event.data()), StandardCharsets.UTF_8))
                .doesNotContain(
                        "PRIVATE",
                        bundle.privateKey().lines().skip(1).findFirst().orElseThrow());
        assertThat(fixture.meters
                        .counter("perennial_issuances_total", "outcome", "issued")
                        .count())
                .isEqualTo(1);
    }

    @Test
    void sendsThreeCaRequestsIfNothingFails() {
        fixture.deliver();
        assertThat(fixture.interruptions.calls())
                .filteredOn(call ->
                        List.of("progress", "finalize", "await", "download").contains(call))
                .containsExactly("finalize", "await", "download");
    }

    @Test
    void sendsNoUnnecessaryVaultRequests() {
        fixture.deliver();
        assertThat(fixture.interruptions.calls())
                .filteredOn(call -> call.contains(" "))
                .containsExactly(
                        "read certificates",
                        "create orders",
                        "replace certificates",
                        "replace hosts",
                        "replace hosts",
                        "destroy orders");
    }

    @Test
    void omitsTheRootFromTheBundle() {
        fixture.ca.rootInChain = true;
        fixture.deliver();
        assertThat(fixture.issued().getFirst().chain()).hasSize(2);
        assertThat(DownloadedChain.of(fixture.bundle()).chain()).hasSize(2).doesNotContain(fixture.ca.ca.root());
    }

    @Test
    void publishesTheSameEventAfterRedelivery() {
        fixture.deliver();
        IssuanceResult second = fixture.deliver();
        assertThat(second).isInstanceOf(IssuanceResult.IssuedBefore.class);
        assertThat(fixture.topic)
                .extracting(CloudEvent::id)
                .hasSize(2)
                .containsOnly(fixture.topic.getFirst().id());
        assertThat(fixture.ca.accepted()).hasSize(1);
    }

    @Test
    void finalizesOnceIfTwoReplicasReceiveTheRecord() throws Exception {
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            Callable<IssuanceResult> delivery = fixture::deliver;
            for (var outcome : threads.invokeAll(List.of(delivery, delivery, delivery))) {
                assertThat(outcome.get()).isNotInstanceOf(IssuanceResult.Failed.class);
            }
        }
        assertThat(fixture.ca.accepted())
                .isNotEmpty()
                .containsOnly(fixture.ca.accepted().getFirst());
        assertThat(fixture.issued()).containsOnly(fixture.issued().getFirst());
        assertThat(fixture.vault
                        .read(SecretPath.certificate(fixture.order.certificateId()))
                        .orElseThrow()
                        .version())
                .isEqualTo(1);
    }

    @Test
    void reusesTheKeyAfterTheAcmeOrderExpired() {
        fixture.ca.progress = new OrderProgress.Invalid(Problem.of(ErrorCode.ORDER_EXPIRED, "expired"));
        fixture.ca.answer = Optional.of(fixture.ca.progress);
        assertThat(fixture.deliver()).isInstanceOf(IssuanceResult.Failed.class);
        assertThat(fixture.failures()).singleElement().satisfies(failure -> {
            assertThat(failure.problem().code()).isEqualTo(ErrorCode.ORDER_EXPIRED);
            assertThat(failure.attempt()).isEqualTo(1);
        });
        var kept =
                fixture.vault.read(SecretPath.orderKey(fixture.order.orderId())).orElseThrow();

        fixture.ca.progress = new OrderProgress.Ready();
        fixture.ca.answer = Optional.empty();
        fixture.deliver(IssuanceTestSetup.order(fixture.order.certificateId(), fixture.order.orderId(), 2));

        assertThat(fixture.bundle().privateKey()).isEqualTo(kept.require("privateKey"));
        assertThat(fixture.issued()).singleElement().satisfies(fact -> assertThat(fact.attempt())
                .isEqualTo(2));
    }

    @Test
    void replacesTheBundleOfAnEarlierOrder() {
        fixture.deliver();
        fixture.ca.progress = new OrderProgress.Ready();
        fixture.ca.willIssue(List.of());
        Order renewal = IssuanceTestSetup.order(fixture.order.certificateId(), OrderId.next(), 1);
        assertThat(fixture.deliver(renewal)).isInstanceOf(IssuanceResult.Issued.class);
        assertThat(fixture.bundle().orderId()).isEqualTo(renewal.orderId());
        assertThat(fixture.copy(IssuanceTestSetup.HOSTS.getFirst()).orderId()).isEqualTo(renewal.orderId());
        assertThat(fixture.issued().getLast().vaultVersion()).isEqualTo(2);
    }

    @Test
    void storesANewBundleAfterThePreviousVersionWasDestroyed() {
        fixture.deliver();
        for (SecretPath path : BundlePaths.of(fixture.order).all().toList()) {
            fixture.vault.destroy(path, List.of(1L));
        }

        fixture.ca.progress = new OrderProgress.Ready();
        fixture.ca.willIssue(List.of());
        fixture.deliver(IssuanceTestSetup.order(fixture.order.certificateId(), OrderId.next(), 1));

        assertThat(fixture.issued().getLast().vaultVersion()).isEqualTo(2);
        assertThat(fixture.copy(IssuanceTestSetup.HOSTS.getFirst())).isEqualTo(fixture.bundle());
    }

    @Test
    void ignoresRedeliveryOfAnOrderOlderThanTheStoredOne() {
        Order old = IssuanceTestSetup.order(
                fixture.order.certificateId(), OrderId.of("01900000-0000-7000-8000-000000000000"), 1);
        fixture.deliver();
        assertThat(fixture.deliver(old)).isEqualTo(new IssuanceResult.Superseded(fixture.order.orderId()));
        assertThat(fixture.topic).hasSize(1);
        assertThat(fixture.bundle().orderId()).isEqualTo(fixture.order.orderId());
        assertThat(fixture.vault.read(SecretPath.orderKey(old.orderId()))).isEmpty();
    }

    @Test
    void reportsARefusedFinalize() {
        fixture.ca.answer = Optional.of(new OrderProgress.Refused(Problem.of(ErrorCode.CA_REFUSED, "CAA")));
        fixture.deliver();
        assertThat(fixture.failures())
                .singleElement()
                .satisfies(failure -> assertThat(failure.problem().code()).isEqualTo(ErrorCode.CA_REFUSED));
    }

    @Test
    void doesNotStoreACertificateThatDoesNotMatchTheOrder() {
        fixture.ca.willIssue(fixture.ca.ca.issue(TestCaWithIntermediate.ecKey().getPublic(), List.of("evil.example")));
        fixture.deliver();
        assertThat(fixture.failures()).singleElement().satisfies(failure -> {
            assertThat(failure.problem().code()).isEqualTo(ErrorCode.CERTIFICATE_MISMATCH);
            assertThat(failure.problem().evidence().orElseThrow()).contains("different key", "evil.example");
        });
        assertThat(fixture.vault.read(SecretPath.certificate(fixture.order.certificateId())))
                .isEmpty();
        assertThat(fixture.vault.list(new SecretPath("hosts"))).isEmpty();
    }

    @Test
    void retriesUntilTheIssuerIsConfigured() {
        fixture.retryTimeout = IssuanceTestSetup.BRIEF;
        Order other = new Order(
                fixture.order.certificateId(),
                fixture.order.orderId(),
                1,
                "shop",
                "web-team",
                "no-such-ca",
                fixture.order.identifiers(),
                fixture.order.keyType(),
                List.of(),
                FakeIssuanceCa.ORDER,
                false);
        fixture.deliver(other);
        assertThat(fixture.failures()).singleElement().satisfies(failure -> {
            assertThat(failure.problem().code()).isEqualTo(ErrorCode.ISSUER_NOT_READY);
            assertThat(failure.problem().nextAttemptAt()).isPresent();
        });
    }

    @Test
    void publishesADefectAndRethrowsItForTheDeadLetterTopic() {
        fixture.interruptions.runAt(CallInterruptions.When.BEFORE, 2, () -> {
            throw new IllegalStateException("internal details");
        });
        assertThatThrownBy(fixture::deliver).isInstanceOf(IllegalStateException.class);
        assertThat(fixture.failures()).singleElement().satisfies(failure -> {
            assertThat(failure.problem().code()).isEqualTo(ErrorCode.INTERNAL);
            assertThat(failure.problem().toString()).doesNotContain("internal details");
        });
    }

    @Test
    void publishesNothingIfStoppedWhileWaiting() {
        fixture.vault.seal(true);
        Thread.currentThread().interrupt();
        assertThatThrownBy(fixture::deliver).isInstanceOf(Shutdown.WorkInterrupted.class);
        assertThat(Thread.interrupted()).isTrue();
        assertThat(fixture.topic).isEmpty();
    }

    @Test
    void publishesNoFailureDuringShutdown() {
        fixture.ca.answer = Optional.of(new OrderProgress.Refused(Problem.of(ErrorCode.CA_REFUSED, "no")));
        Thread.currentThread().interrupt();
        assertThatThrownBy(fixture::deliver).isInstanceOf(Shutdown.WorkInterrupted.class);
        assertThat(Thread.interrupted()).isTrue();
        assertThat(fixture.topic).isEmpty();
        assertThat(fixture.meters.find("perennial_issuances_total").counters()).isEmpty();
    }

    @Test
    void finishesAfterRedeliveryIfAStopInterruptedIt() {
        fixture.interruptions.runAt(CallInterruptions.When.AFTER, 4, () -> {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("a closed client");
        });
        assertThatThrownBy(fixture::deliver).isInstanceOf(Shutdown.WorkInterrupted.class);
        assertThat(Thread.interrupted()).isTrue();
        fixture.interruptions.nothing();

        assertThat(fixture.deliver()).isInstanceOf(IssuanceResult.Issued.class);
        assertThat(fixture.issued()).hasSize(1);
        assertThat(fixture.failures()).isEmpty();
    }

    @Test
    void retriesIfTheCaIsUnavailable() {
        fixture.ca.unavailableCalls = 3;
        assertThat(fixture.deliver()).isInstanceOf(IssuanceResult.Issued.class);
        assertThat(fixture.failures()).isEmpty();
        assertThat(fixture.ca.accepted()).hasSize(1);
    }

    @Test
    void retriesIfAReplicaOfTheCaLags() {
        fixture.ca.answer = Optional.of(new OrderProgress.Pending(Optional.empty()));
        fixture.ca.unavailableCalls = 1;
        fixture.retryTimeout = IssuanceTestSetup.BRIEF;
        assertThat(fixture.deliver()).isInstanceOf(IssuanceResult.Failed.class);
        assertThat(fixture.failures().getFirst().problem().code()).isEqualTo(ErrorCode.CA_MISBEHAVED);
    }

    @Test
    void publishesTheCertificateIfVaultRefusesToDestroyTheKey() {
        fixture.retryTimeout = IssuanceTestSetup.BRIEF;
        fixture.vault.forbidDestroy(true);

        fixture.deliver();

        assertThat(fixture.issued()).hasSize(1);
        assertThat(fixture.failures()).isEmpty();
        assertThat(fixture.hasKey()).isTrue();

        fixture.vault.forbidDestroy(false);
        fixture.deliver();
        assertThat(fixture.hasKey()).isFalse();
    }

    @Test
    void publishesAFailureAfterTheRetryTimeout() {
        fixture.retryTimeout = IssuanceTestSetup.BRIEF;
        fixture.vault.seal(true);
        Instant before = Instant.now();
        fixture.deliver();
        assertThat(fixture.failures()).singleElement().satisfies(failure -> {
            assertThat(failure.problem().code()).isEqualTo(ErrorCode.VAULT_UNAVAILABLE);
            assertThat(failure.problem().nextAttemptAt().orElseThrow()).isAfter(before);
        });
    }
}
