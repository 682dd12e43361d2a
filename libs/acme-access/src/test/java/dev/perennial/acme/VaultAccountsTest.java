package dev.perennial.acme;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.perennial.acme.AcmeAccounts.Registration;
import dev.perennial.events.ErrorCode;
import dev.perennial.events.Network;
import dev.perennial.events.Problem;
import dev.perennial.events.RetryLater;
import dev.perennial.vault.SecretPath;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;

class VaultAccountsTest extends FakeCaSetup {
    @Test
    void registersOnceForConcurrentFirstCalls() throws Exception {
        AcmeAccounts accounts = accounts(true);
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var calls = IntStream.range(0, 20)
                    .mapToObj(i -> threads.submit(() -> accounts.of("ca", Registration.IF_ABSENT)))
                    .toList();
            for (var call : calls) {
                assertThat(call.get()).isNotNull();
            }
        }
        assertThat(ca.requests.stream().filter("POST /account"::equals)).hasSize(1);
        assertThat(store.read(SecretPath.account("ca")).orElseThrow().require("location"))
                .isEqualTo(ca.base() + "/account/1");
    }

    @Test
    void registersNoAccountIfItMayNot() {
        assertRetryLater(() -> accounts(true).of("ca", Registration.NEVER), ErrorCode.CA_UNAVAILABLE);
        assertThat(store.read(SecretPath.account("ca"))).isEmpty();
        account();
        assertThat(accounts(true).of("ca", Registration.NEVER)).isNotNull();
    }

    @Test
    void sendsNothingToAnAddressThatIsNotAllowed() {
        AcmeAccounts internet = withAddresses(AddressPolicy.of(List.of()));

        assertThatExceptionOfType(RetryLater.class)
                .isThrownBy(() -> internet.of("ca", Registration.IF_ABSENT))
                .satisfies(refused -> {
                    assertThat(refused.problem().code()).isEqualTo(ErrorCode.CA_UNAVAILABLE);
                    assertThat(refused.problem().evidence().orElseThrow())
                            .contains("127.0.0.1", "perennial.acme.allowed-networks");
                    assertThat(RequestNotSent.isCauseOf(refused)).isTrue();
                });
        assertThat(ca.requests).isEmpty();
        withAddresses(AddressPolicy.of(List.of("127.0.0.0/8"))).of("ca", Registration.IF_ABSENT);
        assertThat(ca.requests).isNotEmpty();
    }

    /** The address of a host may change after the directory was fetched. */
    @Test
    void checksTheAddressOfEveryRequest() {
        List<Network> allowed = new ArrayList<>(List.of(Network.parse("127.0.0.0/8")));
        AcmeAccount account = withAddresses(new AddressPolicy(allowed)).of("ca", Registration.IF_ABSENT);
        int sent = ca.requests.size();

        allowed.clear();

        assertRetryLater(() -> account.place(NAMES, Optional.empty()), ErrorCode.CA_UNAVAILABLE);
        assertThat(ca.requests).hasSize(sent);
    }

    private AcmeAccounts withAddresses(AddressPolicy addresses) {
        return new VaultAccounts(
                Issuers.of(settings(true, Optional.empty(), Optional.empty())),
                store,
                addresses,
                InstantSource.system());
    }

    @Test
    void doesNotAgreeToTermsOnBehalfOfTheOperator() {
        Problem problem =
                assertRetryLater(() -> accounts(false).of("ca", Registration.IF_ABSENT), ErrorCode.ISSUER_NOT_READY);
        assertThat(problem.detail()).contains("set the issuer's termsOfServiceAgreed to true");
    }

    @Test
    void sendsTheExternalAccountBinding() throws Exception {
        byte[] macKey = "a key that only the subscriber and the CA have".getBytes(StandardCharsets.US_ASCII);
        String encoded = Base64.getUrlEncoder().withoutPadding().encodeToString(macKey);
        store.createOnly(new SecretPath("eab/ca"), Map.of("kid", "customer-7", "hmacKey", encoded));

        accounts(true, Optional.empty(), Optional.of("eab/ca")).of("ca", Registration.IF_ABSENT);

        JsonNode request = new ObjectMapper().readTree(ca.bodies.get("/account"));
        JsonNode binding = decoded(request.get("payload")).get("externalAccountBinding");
        JsonNode header = decoded(binding.get("protected"));
        assertThat(header.get("kid").asText()).isEqualTo("customer-7");
        assertThat(header.get("alg").asText()).isEqualTo("HS256");
        assertThat(header.get("url").asText()).isEqualTo(ca.base() + "/account");
        assertThat(decoded(binding.get("payload")))
                .isEqualTo(decoded(request.get("protected")).get("jwk"));
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(macKey, "HmacSHA256"));
        byte[] signed = mac.doFinal((binding.get("protected").asText() + "."
                        + binding.get("payload").asText())
                .getBytes(StandardCharsets.US_ASCII));
        assertThat(Base64.getUrlDecoder().decode(binding.get("signature").asText()))
                .isEqualTo(signed);
        assertThat(ca.bodies.get("/account")).doesNotContain(encoded);
    }

    @Test
    void explainsHowToConfigureARequiredBinding() {
        ca.json("/dir", 200, """
            {"newNonce":"%1$s/nonce","newAccount":"%1$s/account","newOrder":"%1$s/new","meta":{"externalAccountRequired":true}}\
            """.formatted(ca.base()));
        assertNotReady(Optional.empty(), Optional.empty(), "set the issuer's eabPath");
        assertThat(ca.requests).doesNotContain("POST /account");
    }

    @Test
    void requiresABindingForAPresetThatNeedsOne() {
        assertNotReady(Optional.of(CaPreset.ZEROSSL), Optional.empty(), "set the issuer's eabPath");
        assertThat(ca.requests).isEmpty();
    }

    @Test
    void namesTheDefectOfTheBindingWithoutQuotingIt() {
        assertNotReady(Optional.empty(), Optional.of("eab/ca"), "no external account binding at 'eab/ca' in Vault");
        store.createOnly(new SecretPath("eab/half"), Map.of("kid", "customer-7"));
        assertNotReady(Optional.empty(), Optional.of("eab/half"), "no field 'hmacKey'");
        store.createOnly(new SecretPath("eab/bad"), Map.of("kid", "customer-7", "hmacKey", "$ecret!"));
        assertThat(assertNotReady(Optional.empty(), Optional.of("eab/bad"), "'hmacKey' is not base64url"))
                .doesNotContain("ecret!");
        assertThat(ca.requests).isEmpty();
    }

    @Test
    void includesTheCasReasonForARefusedRegistration() {
        ca.json("/account", 403, problem("unauthorized"));
        Problem problem =
                assertRetryLater(() -> accounts(true).of("ca", Registration.IF_ABSENT), ErrorCode.ISSUER_NOT_READY);
        assertThat(problem.evidence()).contains("unauthorized: no");
    }

    @Test
    void waitsForAnUnknownIssuer() {
        IssuerSettingsCache issuers = new IssuerSettingsCache();
        AcmeAccounts accounts = AcmeAccounts.of(issuers, store, AddressPolicy.ANY);

        assertThat(assertRetryLater(() -> accounts.of("ca", Registration.IF_ABSENT), ErrorCode.ISSUER_NOT_READY)
                        .detail())
                .contains("has no settings of the issuer 'ca' yet");
        issuers.put(settings(true, Optional.empty(), Optional.empty()));
        assertThat(accounts.of("ca", Registration.IF_ABSENT)).isNotNull();
        issuers.remove("ca");
        assertRetryLater(() -> accounts.of("ca", Registration.IF_ABSENT), ErrorCode.ISSUER_NOT_READY);
    }

    @Test
    void createsANewSessionOnlyIfSettingsChange() {
        IssuerSettingsCache issuers = new IssuerSettingsCache();
        AcmeAccounts accounts = AcmeAccounts.of(issuers, store, AddressPolicy.ANY);
        issuers.put(settings(false, Optional.empty(), Optional.empty()));
        assertRetryLater(() -> accounts.of("ca", Registration.IF_ABSENT), ErrorCode.ISSUER_NOT_READY);

        issuers.put(settings(true, Optional.empty(), Optional.empty()));
        accounts.of("ca", Registration.IF_ABSENT);
        issuers.put(settings(true, Optional.empty(), Optional.empty()));
        accounts.of("ca", Registration.IF_ABSENT);

        assertThat(ca.requests.stream().filter("GET /dir"::equals))
                .as("sessions: one for each of the two settings")
                .hasSize(2);
    }

    @Test
    void registersTheSameKeyAgainIfTheCaLostTheAccount() {
        AcmeAccount account = account();
        String key = stored("privateKey");
        ca.json("/account", 201, "{\"status\":\"valid\"}", "Location", ca.base() + "/account/2");
        ca.json("/new", 201, order("pending"), "Location", ca.base() + "/order");
        ca.setKnownAccount("/account/2");
        ca.requests.clear();

        assertThat(account.place(NAMES)).isInstanceOf(NewOrderResult.Placed.class);

        assertThat(ca.requests).containsExactly("POST /new", "POST /account", "POST /new");
        assertThat(stored("location")).isEqualTo(ca.base() + "/account/2");
        assertThat(stored("privateKey")).isEqualTo(key);
        assertThat(account.place(NAMES)).isInstanceOf(NewOrderResult.Placed.class);
        assertThat(ca.requests).filteredOn("POST /account"::equals).hasSize(1);
    }

    @Test
    void registersOnlyOnceIfTheCaLosesTheAccountAgain() {
        AcmeAccount account = account();
        ca.setKnownAccount("/account/2");
        ca.requests.clear();

        assertRetryLater(() -> account.place(NAMES), ErrorCode.CA_UNAVAILABLE);

        assertThat(ca.requests).containsExactly("POST /new", "POST /account", "POST /new");
    }

    @Test
    void readsTheAccountFromVaultAgainIfItMayNotRegister() {
        AcmeAccount orders = account();
        AcmeAccounts others = accounts(true);
        AcmeAccount reader = others.of("ca", Registration.NEVER);
        ca.json("/account", 201, "{\"status\":\"valid\"}", "Location", ca.base() + "/account/2");
        ca.json("/new", 201, order("pending"), "Location", ca.base() + "/order");
        ca.json("/order", 200, order("ready"));
        ca.setKnownAccount("/account/2");
        ca.requests.clear();

        assertRetryLater(() -> reader.progress(known()), ErrorCode.CA_UNAVAILABLE);
        assertThat(ca.requests).doesNotContain("POST /account");

        orders.place(NAMES);
        assertThat(others.of("ca", Registration.NEVER).progress(known())).isInstanceOf(OrderProgress.Ready.class);
    }

    private String stored(String field) {
        return store.read(SecretPath.account("ca")).orElseThrow().require(field);
    }
}
