package dev.perennial.acme;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.perennial.acme.AcmeAccounts.Registration;
import dev.perennial.events.AcmeOrder;
import dev.perennial.events.ErrorCode;
import dev.perennial.events.EventCodec;
import dev.perennial.events.Identifier;
import dev.perennial.events.IssuerSettings;
import dev.perennial.events.Problem;
import dev.perennial.events.RetryLater;
import dev.perennial.vault.InMemorySecretStore;
import java.security.cert.CertificateEncodingException;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.shredzone.acme4j.toolbox.JoseUtils;

/** A fake CA, a secret store in memory, and an account with them. */
abstract class FakeCaSetup {
    static final List<Identifier> NAMES = List.of(Identifier.dns("shop.example.com"));

    final InMemorySecretStore store = new InMemorySecretStore();
    FakeAcmeServer ca;

    @BeforeEach
    void start() throws Exception {
        ca = new FakeAcmeServer();
    }

    @AfterEach
    void stop() {
        ca.close();
    }

    AccountChanges changes() {
        return (VaultAccounts) accounts(true);
    }

    static JsonNode jwk(String privateKey) {
        Map<String, Object> jwk =
                JoseUtils.publicKeyToJWK(AccountKey.fromPem(privateKey).getPublic());
        return new ObjectMapper().valueToTree(jwk);
    }

    String assertNotReady(Optional<CaPreset> preset, Optional<String> eabPath, String part) {
        Problem problem = assertRetryLater(
                () -> accounts(true, preset, eabPath).of("ca", Registration.IF_ABSENT), ErrorCode.ISSUER_NOT_READY);
        assertThat(problem.detail()).contains(part);
        return problem.toString();
    }

    static JsonNode decoded(JsonNode base64) throws Exception {
        return new ObjectMapper().readTree(Base64.getUrlDecoder().decode(base64.asText()));
    }

    AcmeAccount account() {
        return accounts(true).of("ca", Registration.IF_ABSENT);
    }

    /** @param more settings of the issuer by JSON field name */
    AcmeAccount account(Map<String, Object> more) {
        Map<String, Object> all = new HashMap<>(EventCodec.mapper()
                .convertValue(
                        settings(true, Optional.empty(), Optional.empty()), new TypeReference<Map<String, Object>>() {})
                .entrySet()
                .stream()
                .filter(setting -> setting.getValue() != null)
                .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue)));
        all.putAll(more);
        return AcmeAccounts.of(
                        Issuers.of(EventCodec.mapper().convertValue(all, IssuerSettings.class)),
                        store,
                        AddressPolicy.ANY)
                .of("ca", Registration.IF_ABSENT);
    }

    AcmeAccounts accounts(boolean agreed) {
        return accounts(agreed, Optional.empty(), Optional.empty());
    }

    AcmeAccounts accounts(boolean agreed, Optional<CaPreset> preset, Optional<String> eabPath) {
        return AcmeAccounts.of(Issuers.of(settings(agreed, preset, eabPath)), store, AddressPolicy.ANY);
    }

    String roots() {
        try {
            return ca.pem();
        } catch (CertificateEncodingException e) {
            throw new IllegalStateException(e);
        }
    }

    IssuerSettings settings(boolean agreed, Optional<CaPreset> preset, Optional<String> eabPath) {
        Map<String, Object> settings = new HashMap<>(Map.of(
                "name",
                "ca",
                "directory",
                ca.url("/dir"),
                "trustedRoots",
                roots(),
                "profile",
                "default",
                "termsOfServiceAgreed",
                agreed,
                "requestTimeout",
                "PT10S"));
        preset.ifPresent(one -> settings.put("preset", one.settingsName()));
        eabPath.ifPresent(path -> settings.put("eabPath", path));
        return EventCodec.mapper().convertValue(settings, IssuerSettings.class);
    }

    AcmeOrder known() {
        return new AcmeOrder(ca.url("/order"), ca.url("/finalize"), List.of(), Optional.empty());
    }

    String order(String status) {
        return """
            {"status":"%1$s","finalize":"%2$s/finalize","authorizations":["%2$s/authorization"],"certificate":"%2$s/certificate"}\
            """.formatted(status, ca.base());
    }

    static String problem(String type) {
        return "{\"type\":\"urn:ietf:params:acme:error:" + type + "\",\"detail\":\"no\"}";
    }

    static Problem assertRetryLater(ThrowingCallable call, ErrorCode code) {
        Problem[] found = new Problem[1];
        assertThatExceptionOfType(RetryLater.class).isThrownBy(call).satisfies(e -> {
            found[0] = e.problem();
            assertThat(e.problem().code()).isEqualTo(code);
        });
        return found[0];
    }
}
