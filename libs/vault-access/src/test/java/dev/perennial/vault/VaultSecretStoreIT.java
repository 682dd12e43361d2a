package dev.perennial.vault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.perennial.events.CertificateId;
import dev.perennial.events.ErrorCode;
import dev.perennial.events.OrderId;
import dev.perennial.events.RetryLater;
import io.opentelemetry.api.GlobalOpenTelemetry;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.testing.exporter.InMemorySpanExporter;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class VaultSecretStoreIT extends SecretStoreContract {
    private static final InMemorySpanExporter SPANS = InMemorySpanExporter.create();

    @TempDir
    static Path folder;

    private static OpenBao bao;
    private static SecretStore store;

    @BeforeAll
    static void start() {
        GlobalOpenTelemetry.resetForTest();
        GlobalOpenTelemetry.set(OpenTelemetrySdk.builder()
                .setTracerProvider(SdkTracerProvider.builder()
                        .addSpanProcessor(SimpleSpanProcessor.create(SPANS))
                        .build())
                .build());
        bao = OpenBao.start(folder);
        store = bao.store("issuance", "issuance-service", Optional.empty());
    }

    @AfterAll
    static void stop() {
        bao.close();
        GlobalOpenTelemetry.resetForTest();
    }

    @BeforeEach
    void clearSpans() {
        SPANS.reset();
    }

    @Override
    SecretStore store() {
        return store;
    }

    @Test
    void logsInAgainWhenItsTokenWasRevoked() {
        SecretPath path = SecretPath.orderKey(OrderId.next());
        store.createOnly(path, Map.of("k", "v"));
        bao.revokeAppRoleTokens();
        assertThat(store.read(path)).isPresent();
        assertThat(SPANS.getFinishedSpanItems()).extracting(SpanData::getName).contains("vault login");
    }

    @Test
    void renewsItsTokenAfterTwoThirdsOfItsLifetime() {
        var clock = new MovedClock();
        SecretStore renewing = new VaultSecretStore(
                bao.appRole("renewing", "issuance-service", Optional.empty(), Map.of("token_ttl", "60m")), clock);
        SecretPath path = SecretPath.orderKey(OrderId.next());
        renewing.read(path);
        SPANS.reset();
        clock.ahead(Duration.ofMinutes(39));
        renewing.read(path);
        assertThat(SPANS.getFinishedSpanItems()).extracting(SpanData::getName).containsExactly("vault read");
        SPANS.reset();
        clock.ahead(Duration.ofMinutes(41));
        renewing.read(path);
        renewing.read(path);
        assertThat(SPANS.getFinishedSpanItems())
                .extracting(SpanData::getName)
                .containsExactly("vault renew", "vault read", "vault read");
    }

    @Test
    void logsInAgainWhenRenewalFails() {
        var clock = new MovedClock();
        SecretStore renewing =
                new VaultSecretStore(bao.appRole("failing", "issuance-service", Optional.empty(), Map.of()), clock);
        SecretPath path = SecretPath.orderKey(OrderId.next());
        renewing.read(path);
        bao.revokeAppRoleTokens();
        SPANS.reset();
        clock.ahead(Duration.ofHours(2));
        assertThat(renewing.read(path)).isEmpty();
        assertThat(SPANS.getFinishedSpanItems())
                .extracting(SpanData::getName)
                .containsExactly("vault renew", "vault login", "vault read");
    }

    @Test
    void continuesAfterTheServerIsUnsealed() {
        SecretPath path = SecretPath.orderKey(OrderId.next());
        store.createOnly(path, Map.of("k", "v"));
        bao.seal();
        try {
            assertUnavailable(() -> store.read(path), "unseal");
            assertUnavailable(() -> store.replace(path, Map.of("k", "a secret"), 1), "unseal");
        } finally {
            bao.unseal();
        }
        assertThat(eventually(() -> store.read(path))).isPresent();
    }

    @Test
    void namesTheRemedyIfTheServerIsUnreachable() {
        var settings = bao.appRole("lost", "issuance-service", Optional.empty(), Map.of());
        SecretStore lost = SecretStores.connect(
                URI.create("http://127.0.0.1:1"), settings.roleIdFile(), settings.secretIdFile(), Optional.empty());
        assertUnavailable(() -> lost.read(SecretPath.account("x")), "cannot be reached");
    }

    @Test
    void distinguishesAMissingMountFromAMissingSecret() {
        bao.admin("PUT", "sys/policies/acl/everything", Map.of("policy", "path \"*\" { capabilities = [\"read\"] }"));
        var settings = bao.appRole("elsewhere", "everything", Optional.empty(), Map.of());
        SecretStore elsewhere = SecretStores.connect(new SecretStores.Settings(
                bao.address(),
                settings.roleIdFile(),
                settings.secretIdFile(),
                "elsewhere",
                Optional.empty(),
                Duration.ofSeconds(5)));
        assertUnavailable(() -> elsewhere.read(SecretPath.account("x")), "no KV v2 engine");
    }

    @Test
    void readsANewSecretIdWithoutRestart() {
        var settings = bao.appRole("rotated", "issuance-service", Optional.empty(), Map.of());
        SecretStore rotated = SecretStores.connect(settings);
        bao.privateFile("rotated.secret-id", "outdated");
        assertUnavailable(() -> rotated.read(SecretPath.account("x")), "new secret id");
        bao.appRole("rotated", "issuance-service", Optional.empty(), Map.of());
        assertThat(rotated.read(SecretPath.account("x"))).isEmpty();
    }

    @Test
    void leavesASpanPerCallWithoutValues() {
        CertificateId id = CertificateId.next();
        store.createOnly(SecretPath.hostCopy("web-7.example.com", id), Map.of("privateKey", "the-secret-text"));
        SpanData span = SPANS.getFinishedSpanItems().getLast();
        assertThat(span.getName()).isEqualTo("vault write");
        assertThat(span.getKind()).isEqualTo(SpanKind.CLIENT);
        assertThat(span.getAttributes().asMap().values()).contains("hosts/{host}/{id}");
        assertThat(span.toString()).doesNotContain("web-7", id.toString(), "the-secret-text");
    }

    private static void assertUnavailable(org.assertj.core.api.ThrowableAssert.ThrowingCallable call, String advice) {
        assertThatThrownBy(call).isInstanceOfSatisfying(RetryLater.class, e -> {
            assertThat(e.problem().code()).isEqualTo(ErrorCode.VAULT_UNAVAILABLE);
            assertThat(e.problem().detail()).contains(advice).doesNotContain("a secret");
            assertThat(e.getCause()).as("the driver's exceptions quote answers").isNull();
        });
    }

    /** Waits, because a server that was just unsealed is not ready at once. */
    private static Optional<Secret> eventually(java.util.function.Supplier<Optional<Secret>> call) {
        Instant deadline = Instant.now().plusSeconds(10);
        while (true) {
            try {
                return call.get();
            } catch (RetryLater e) {
                if (Instant.now().isAfter(deadline)) {
                    throw e;
                }
                Thread.onSpinWait();
            }
        }
    }
}
