package dev.perennial.acme;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.perennial.events.ErrorCode;
import dev.perennial.vault.Secret;
import dev.perennial.vault.SecretPath;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class AccountChangesTest extends FakeCaSetup {
    @Test
    void changesTheAccountKey() throws Exception {
        account();
        Secret before = stored();
        ca.json("/key-change", 200, "{}");

        changes().rollOver("ca");

        assertThat(stored().data()).containsOnlyKeys("privateKey", "location");
        assertThat(stored().require("privateKey")).isNotEqualTo(before.require("privateKey"));
        assertThat(stored().require("location")).isEqualTo(before.require("location"));
        JsonNode outer = new ObjectMapper().readTree(ca.bodies.get("/key-change"));
        JsonNode inner = decoded(outer.get("payload"));
        assertThat(decoded(outer.get("protected")).get("kid").asText()).isEqualTo(ca.base() + "/account/1");
        assertThat(decoded(inner.get("payload")).get("account").asText()).isEqualTo(ca.base() + "/account/1");
        assertThat(decoded(inner.get("payload")).get("oldKey")).isEqualTo(jwk(before.require("privateKey")));
        assertThat(decoded(inner.get("protected")).get("jwk")).isEqualTo(jwk(stored().require("privateKey")));
    }

    @Test
    void repeatsKeyChangeAfterACrashBeforeIt() throws Exception {
        account();
        String next = interruptedRollover();
        ca.json("/key-change", 200, "{}");
        ca.json("/account", 400, problem("accountDoesNotExist"));

        changes().rollOver("ca");

        assertThat(ca.requests).contains("POST /key-change");
        assertThat(stored().data()).containsEntry("privateKey", next).doesNotContainKey("nextPrivateKey");
    }

    @Test
    void doesNotRepeatKeyChangeAfterACrashBehindIt() {
        account();
        String next = interruptedRollover();
        ca.json("/account", 200, "{}", "Location", ca.base() + "/account/1");

        changes().rollOver("ca");

        assertThat(ca.requests).doesNotContain("POST /key-change");
        assertThat(stored().data()).containsEntry("privateKey", next).doesNotContainKey("nextPrivateKey");
    }

    @Test
    void signsAgainIfAnotherReplicaChangedTheKey() {
        AcmeAccount replica = account();
        ca.json("/key-change", 200, "{}");
        ca.json("/new", 403, problem("unauthorized"));
        ca.json("/authorization", 403, problem("unauthorized"));
        assertThat(replica.place(NAMES)).isInstanceOf(NewOrderResult.Refused.class);
        assertThat(ca.requests.stream().filter("POST /new"::equals)).hasSize(1);

        changes().rollOver("ca");
        replica.place(NAMES);
        assertThat(ca.requests.stream().filter("POST /new"::equals)).hasSize(3);

        changes().rollOver("ca");
        assertRetryLater(() -> replica.authorization(ca.url("/authorization")), ErrorCode.CA_MISBEHAVED);
        assertThat(ca.requests.stream().filter("POST /authorization"::equals)).hasSize(2);
    }

    @Test
    void doesNotUseADeactivatedAccount() {
        AcmeAccount replica = account();
        ca.json("/account/1", 200, "{}");

        changes().deactivate("ca");
        changes().deactivate("ca");

        assertThat(ca.requests.stream().filter("POST /account/1"::equals)).hasSize(1);
        assertNotReady(Optional.empty(), Optional.empty(), "was deactivated");
        ca.json("/new", 403, problem("unauthorized"));
        assertRetryLater(() -> replica.place(NAMES), ErrorCode.ISSUER_NOT_READY);
    }

    @Test
    void completesADeactivationAfterACrashBeforeItWasStored() {
        account();
        ca.json("/account/1", 403, problem("unauthorized"));

        changes().deactivate("ca");

        assertNotReady(Optional.empty(), Optional.empty(), "was deactivated");
    }

    @Test
    void changesNoAccountThatDoesNotExist() {
        assertRetryLater(() -> changes().rollOver("ca"), ErrorCode.ISSUER_NOT_READY);
        assertRetryLater(() -> changes().deactivate("ca"), ErrorCode.ISSUER_NOT_READY);
    }

    /** Fails after the next key is in Vault. */
    private String interruptedRollover() {
        ca.json("/key-change", 500, problem("serverInternal"));
        assertRetryLater(() -> changes().rollOver("ca"), ErrorCode.CA_UNAVAILABLE);
        ca.requests.clear();
        return stored().require("nextPrivateKey");
    }

    private Secret stored() {
        return store.read(SecretPath.account("ca")).orElseThrow();
    }
}
