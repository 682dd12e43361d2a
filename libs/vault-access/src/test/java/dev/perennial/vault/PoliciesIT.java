package dev.perennial.vault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.perennial.events.CertificateId;
import dev.perennial.events.ErrorCode;
import dev.perennial.events.OrderId;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tests the shipped policies on a real server: the allowed and, above all, the forbidden operations of each role. */
class PoliciesIT {
    private static final Map<String, String> KEY = Map.of("privateKey", "a key");

    @TempDir
    static Path folder;

    private static OpenBao bao;
    private static SecretStore orders;
    private static SecretStore validation;
    private static SecretStore issuance;
    private static SecretStore agentA;
    private static SecretStore agentB;
    private static SecretStore agentOfNoHost;

    private final CertificateId certificate = CertificateId.next();
    private final OrderId order = OrderId.next();

    @BeforeAll
    static void start() {
        bao = OpenBao.start(folder);
        orders = bao.store("orders", "order-service", Optional.empty());
        validation = bao.store("validation", "validation-service", Optional.empty());
        issuance = bao.store("issuance", "issuance-service", Optional.empty());
        agentA = bao.store("agent-a", "deploy-agent", Optional.of("a.example.com"));
        agentB = bao.store("agent-b", "deploy-agent", Optional.of("b.example.com"));
        agentOfNoHost = bao.store("agent-of-no-host", "deploy-agent", Optional.empty());
    }

    @AfterAll
    static void stop() {
        bao.close();
    }

    @BeforeEach
    void issue() {
        issuance.createOnly(SecretPath.orderKey(order), KEY);
        issuance.replace(SecretPath.certificate(certificate), KEY, 0);
        issuance.replace(SecretPath.hostCopy("a.example.com", certificate), KEY, 0);
        issuance.replace(SecretPath.rehearsal(order), KEY, 0);
        issuance.replace(SecretPath.rehearsalCopy("a.example.com", order), KEY, 0);
    }

    @Test
    void orderServiceRegistersAccountsAndReadsNoCertificateKey() {
        SecretPath account = SecretPath.account("ca-" + order);
        assertThat(orders.createOnly(account, KEY).created()).isTrue();
        assertThat(orders.replace(account, KEY, 1)).contains(2L);
        assertThat(orders.read(account)).isPresent();
        assertForbidden(() -> orders.read(SecretPath.orderKey(order)));
        assertForbidden(() -> orders.read(SecretPath.certificate(certificate)));
        assertForbidden(() -> orders.read(SecretPath.hostCopy("a.example.com", certificate)));
        assertForbidden(() -> orders.replace(SecretPath.certificate(certificate), KEY, 1));
        assertForbidden(() -> orders.destroy(account));
        assertForbidden(() -> orders.list(SecretPath.hostFolder("a.example.com")));
    }

    @Test
    void validationServiceReadsAccountsAndNothingElse() {
        SecretPath account = SecretPath.account("ca-" + order);
        orders.createOnly(account, KEY);
        assertThat(validation.read(account)).isPresent();
        assertForbidden(() -> validation.replace(account, KEY, 1));
        assertForbidden(() -> validation.createOnly(SecretPath.account("new-" + order), KEY));
        assertForbidden(() -> validation.read(SecretPath.orderKey(order)));
        assertForbidden(() -> validation.read(SecretPath.certificate(certificate)));
        assertForbidden(() -> validation.read(SecretPath.hostCopy("a.example.com", certificate)));
    }

    @Test
    void onlyTheValidationServiceReadsDnsCredentialsAndNoServiceWritesThem() {
        SecretPath provider = SecretPath.dnsProvider("p-" + order);
        bao.admin("POST", "perennial/data/dns/p-" + order, Map.of("data", KEY));

        assertThat(validation.read(provider)).isPresent();
        for (SecretStore other : List.of(orders, issuance, agentA, agentOfNoHost)) {
            assertForbidden(() -> other.read(provider));
        }
        for (SecretStore any : List.of(orders, validation, issuance, agentA)) {
            assertForbidden(() -> any.replace(provider, KEY, 1));
            assertForbidden(() -> any.createOnly(SecretPath.dnsProvider("new-" + order), KEY));
            assertForbidden(() -> any.destroy(provider));
        }
    }

    @Test
    void issuanceServiceWritesKeysButNotAccounts() {
        SecretPath account = SecretPath.account("ca-" + order);
        orders.createOnly(account, KEY);
        assertThat(issuance.read(account)).isPresent();
        assertForbidden(() -> issuance.replace(account, KEY, 1));
        assertForbidden(() -> issuance.createOnly(SecretPath.account("new-" + order), KEY));
        assertForbidden(() -> issuance.destroy(account));
        assertThat(issuance.createOnly(SecretPath.orderKey(order), KEY).created())
                .isFalse();
        issuance.destroy(SecretPath.orderKey(order));
        assertThat(issuance.read(SecretPath.orderKey(order))).isEmpty();
    }

    @Test
    void onlyTheIssuanceServiceDestroysRevokedVersions() {
        for (SecretPath path :
                List.of(SecretPath.certificate(certificate), SecretPath.hostCopy("a.example.com", certificate))) {
            issuance.replace(path, KEY, 1);
            for (SecretStore other : List.of(orders, validation, agentA, agentB)) {
                assertForbidden(() -> other.destroy(path, List.of(1L)));
                assertForbidden(() -> other.destroy(path));
            }
            issuance.destroy(path, List.of(1L));
            assertThat(issuance.versions(path)).isEqualTo(new SecretStore.Versions(2, List.of(2L)));
            assertThat(issuance.read(path)).contains(new Secret(2, KEY));
            issuance.destroy(path);
            assertThat(issuance.versions(path)).isEqualTo(SecretStore.Versions.NONE);
        }
        assertForbidden(() -> issuance.destroy(SecretPath.account("any"), List.of(1L)));
        assertForbidden(() -> issuance.destroy(SecretPath.dnsProvider("any"), List.of(1L)));
    }

    @Test
    void issuanceServiceDestroysRehearsals() {
        issuance.destroy(SecretPath.rehearsal(order));
        issuance.destroy(SecretPath.rehearsalCopy("a.example.com", order));
        assertThat(issuance.read(SecretPath.rehearsal(order))).isEmpty();
        assertThat(issuance.read(SecretPath.rehearsalCopy("a.example.com", order)))
                .isEmpty();
    }

    @Test
    void agentReadsAndListsTheRehearsalsOfItsOwnHostOnly() {
        SecretPath copy = SecretPath.rehearsalCopy("a.example.com", order);
        assertThat(agentA.read(copy)).isPresent();
        assertThat(agentA.list(SecretPath.rehearsalFolder("a.example.com"))).contains(order.toString());
        assertForbidden(() -> agentA.destroy(copy));
        assertForbidden(() -> agentA.read(SecretPath.rehearsal(order)));
        assertForbidden(() -> agentB.read(copy));
        assertForbidden(() -> agentB.list(SecretPath.rehearsalFolder("a.example.com")));
        assertForbidden(() -> agentOfNoHost.list(SecretPath.rehearsalFolder("a.example.com")));
        assertForbidden(() -> orders.read(SecretPath.rehearsal(order)));
        assertForbidden(() -> validation.read(SecretPath.rehearsal(order)));
    }

    @Test
    void agentReadsAndListsItsOwnHostOnly() {
        SecretPath copy = SecretPath.hostCopy("a.example.com", certificate);
        assertThat(agentA.read(copy)).isPresent();
        assertThat(agentA.list(SecretPath.hostFolder("a.example.com"))).contains(certificate.toString());
        assertForbidden(() -> agentB.read(copy));
        assertForbidden(() -> agentB.list(SecretPath.hostFolder("a.example.com")));
        assertThat(agentB.list(SecretPath.hostFolder("b.example.com"))).isEmpty();
        assertForbidden(() -> agentA.list(new SecretPath("hosts")));
    }

    @Test
    void agentWritesNothing() {
        SecretPath copy = SecretPath.hostCopy("a.example.com", certificate);
        for (ThrowingCallable attempt : List.<ThrowingCallable>of(
                () -> agentA.replace(copy, KEY, 1),
                () -> agentA.destroy(copy),
                () -> agentA.read(SecretPath.certificate(certificate)),
                () -> agentA.read(SecretPath.orderKey(order)),
                () -> agentA.read(SecretPath.account("ca-" + order)))) {
            assertForbidden(attempt);
        }
    }

    @Test
    void agentWithoutHostMetadataReadsNothing() {
        assertForbidden(() -> agentOfNoHost.read(SecretPath.hostCopy("a.example.com", certificate)));
        assertForbidden(() -> agentOfNoHost.list(SecretPath.hostFolder("a.example.com")));
        assertForbidden(() -> agentOfNoHost.list(new SecretPath("hosts")));
    }

    @Test
    void aServiceReadsNoSigningKeyOfAnotherAndWritesNoPublicKeyOfAnother() {
        Map<String, SecretStore> services =
                Map.of("order-service", orders, "validation-service", validation, "issuance-service", issuance);
        services.forEach((service, store) -> {
            SecretPath signingKeys = SecretPath.signingKeys(service);
            SecretPath signers = SecretPath.signers(service);
            assertThat(store.createOnly(signingKeys, KEY).created()).isTrue();
            assertThat(store.replace(signingKeys, KEY, 1)).contains(2L);
            assertThat(store.replace(signers, KEY, 0)).contains(1L);
            for (SecretStore reader : List.of(orders, validation, issuance, agentA, agentB, agentOfNoHost)) {
                assertThat(reader.read(signers)).isPresent();
                assertForbidden(() -> reader.destroy(signers));
                assertForbidden(() -> reader.destroy(signingKeys));
                if (reader != store) {
                    assertForbidden(() -> reader.read(signingKeys));
                    assertForbidden(() -> reader.replace(signingKeys, KEY, 2));
                    assertForbidden(() -> reader.replace(signers, KEY, 1));
                }
            }
        });
        SecretPath ofNoService = SecretPath.signers("another-service");
        for (SecretStore any : List.of(orders, validation, issuance, agentA)) {
            assertForbidden(() -> any.createOnly(ofNoService, KEY));
            assertForbidden(() -> any.createOnly(SecretPath.signingKeys("another-service"), KEY));
        }
    }

    private static void assertForbidden(ThrowingCallable attempt) {
        assertThatThrownBy(attempt).isInstanceOfSatisfying(PermissionDenied.class, e -> {
            assertThat(e.problem().code()).isEqualTo(ErrorCode.VAULT_UNAVAILABLE);
            assertThat(e.problem().evidence()).contains("HTTP 403");
            assertThat(e.problem().detail()).contains("policy");
        });
    }
}
