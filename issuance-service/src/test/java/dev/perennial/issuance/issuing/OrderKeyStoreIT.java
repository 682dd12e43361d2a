package dev.perennial.issuance.issuing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.perennial.events.CertificateId;
import dev.perennial.events.KeyType;
import dev.perennial.events.Order;
import dev.perennial.events.OrderId;
import dev.perennial.events.RetryLater;
import dev.perennial.issuance.keys.CertificateKey;
import dev.perennial.issuance.keys.CertificateKeyGenerator;
import dev.perennial.vault.OpenBao;
import dev.perennial.vault.SecretPath;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Order keys on a real Vault server, with the shipped policy of the issuance-service and no other permission. */
class OrderKeyStoreIT {
    private static final Instant ABANDONED = Instant.parse("2026-11-21T10:00:00Z");

    @TempDir
    static Path folder;

    private static OpenBao bao;
    private static OrderKeyStore keys;
    private static final CertificateKeyGenerator GENERATOR = new CertificateKeyGenerator();

    private final CertificateId certificate = CertificateId.next();
    private final OrderId order = OrderId.next();

    @BeforeAll
    static void start() {
        bao = OpenBao.start(folder);
        keys = new OrderKeyStore(bao.store("issuance", "issuance-service", Optional.empty()));
    }

    @AfterAll
    static void stop() {
        bao.close();
        GENERATOR.stop();
    }

    @Test
    void destroysEveryVersionOfTheKey() {
        OrderKeyStore.Available kept = takeKey();
        // A change that an administrator could have made.
        bao.admin("POST", data(), Map.of("data", kept.key().toSecret()));

        assertThat(keys.abandon(order, ABANDONED)).isTrue();

        var versions = bao.admin("GET", metadata(), null).at("/data/versions");
        assertThat(versions.properties())
                .filteredOn(version -> !version.getValue().at("/destroyed").asBoolean())
                .as("versions that are not destroyed, only the marker")
                .hasSize(1);
        var left = bao.admin("GET", data(), null).at("/data/data");
        assertThat(left.size()).isEqualTo(1);
        assertThat(left.at("/" + OrderKeyStore.ABANDONED_AT).asText()).isEqualTo(ABANDONED.toString());
    }

    @Test
    void marksAnOrderThatHasNoKey() {
        assertThat(keys.abandon(order, ABANDONED)).as("a key to destroy").isFalse();
        assertThat(keys.isAbandoned(order)).isTrue();
    }

    @Test
    void generatesNoKeyForAnAbandonedOrder() {
        takeKey();
        keys.abandon(order, ABANDONED);
        assertThat(keys.take(attempt(1), OrderKeyStoreIT::newKey))
                .isEqualTo(new OrderKeyStore.Abandoned(ABANDONED.toString()));
        assertThat(keys.abandon(order, ABANDONED)).as("a key to destroy").isFalse();
    }

    @Test
    void returnsTheSameKeyToEveryAttempt() {
        OrderKeyStore.Available first = takeKey();
        OrderKeyStore.Available second = takeKey();
        assertThat(first.isNew()).isTrue();
        assertThat(second.isNew()).isFalse();
        assertThat(second.key().privatePem().equals(first.key().privatePem())).isTrue();
    }

    @Test
    void clearsTheKeyOfAnIssuedOrder() {
        takeKey();
        keys.clear(order);
        assertThatThrownBy(() -> bao.admin("GET", metadata(), null)).hasMessageContaining("404");
    }

    @Test
    void namesTheAttemptThatMayBeFinalized() {
        OrderKeyStore.Available first = takeKey();

        var second = (OrderKeyStore.Available) keys.take(attempt(2), OrderKeyStoreIT::newKey);
        assertThat(second.attempt()).isEqualTo(1);
        assertThat(second.unsettled()).singleElement().satisfies(earlier -> {
            assertThat(earlier.issuer()).isEqualTo(FakeIssuanceCa.ISSUER);
            assertThat(earlier.url()).isEqualTo(FakeIssuanceCa.ORDER.url());
        });
        var claimed = keys.claim(attempt(2), second, second.unsettled());

        assertThat(keys.take(attempt(1), OrderKeyStoreIT::newKey)).isEqualTo(new OrderKeyStore.SupersededAttempt(2));
        assertThat(keys.closeUnsent(attempt(1), first))
                .as("closed after attempt 2 was named")
                .isFalse();
        var again = (OrderKeyStore.Available) keys.take(attempt(2), OrderKeyStoreIT::newKey);
        assertThat(again.key().privatePem().equals(first.key().privatePem())).isTrue();
        assertThat(again.isNew()).isFalse();
        assertThat(keys.closeUnsent(attempt(2), claimed)).isTrue();
        var third = (OrderKeyStore.Available) keys.take(attempt(3), OrderKeyStoreIT::newKey);
        assertThat(third.unsettled()).as("attempt 1 remains").isEqualTo(second.unsettled());
    }

    @Test
    void replacesNoMarkOfAnAbandonedOrder() {
        OrderKeyStore.Available first = takeKey();
        keys.abandon(order, ABANDONED);

        assertThat(keys.closeUnsent(attempt(1), first)).isFalse();
        assertThatThrownBy(() -> keys.claim(attempt(1), first, List.of())).isInstanceOf(RetryLater.class);
        assertThat(keys.take(attempt(1), OrderKeyStoreIT::newKey)).isInstanceOf(OrderKeyStore.Abandoned.class);
    }

    @Test
    void closesAnAttemptThatNoOtherDeliveryClaimed() {
        OrderKeyStore.Available first = takeKey();

        assertThat(keys.closeUnsent(attempt(1), first)).isTrue();

        assertThat(keys.take(attempt(1), OrderKeyStoreIT::newKey))
                .isEqualTo(new OrderKeyStore.Closed(Optional.empty()));
        var second = (OrderKeyStore.Available) keys.take(attempt(2), OrderKeyStoreIT::newKey);
        assertThat(second.unsettled()).isEmpty();
    }

    private Order attempt(int number) {
        return IssuanceTestSetup.order(certificate, order, number);
    }

    private OrderKeyStore.Available takeKey() {
        return (OrderKeyStore.Available) keys.take(attempt(1), OrderKeyStoreIT::newKey);
    }

    private String data() {
        return "perennial/data/" + SecretPath.orderKey(order);
    }

    private String metadata() {
        return "perennial/metadata/" + SecretPath.orderKey(order);
    }

    private static CertificateKey newKey() {
        return GENERATOR.generate(KeyType.EC_P256);
    }
}
