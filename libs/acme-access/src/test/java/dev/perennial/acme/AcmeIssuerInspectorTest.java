package dev.perennial.acme;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.perennial.acme.AcmeAccounts.Registration;
import dev.perennial.acme.IssuerInspection.Account;
import dev.perennial.acme.IssuerInspection.DirectoryResponse;
import dev.perennial.events.EventCodec;
import dev.perennial.events.IssuerSettings;
import dev.perennial.vault.InMemorySecretStore;
import dev.perennial.vault.SecretPath;
import java.net.URI;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class AcmeIssuerInspectorTest {
    private final InMemorySecretStore store = new InMemorySecretStore();
    private final ObjectNode settings = EventCodec.mapper().createObjectNode();
    private FakeAcmeServer ca;

    @BeforeEach
    void start() throws Exception {
        ca = new FakeAcmeServer();
        settings.put("name", "ca").put("directory", ca.url("/dir").toString()).put("trustedRoots", ca.pem());
        settings.put("termsOfServiceAgreed", true);
    }

    @AfterEach
    void stop() {
        ca.close();
    }

    @Test
    void readsTheDirectoryAndRegistersNoAccount() throws Exception {
        ca.json("/dir", 200, """
            {"newNonce":"%1$s/nonce","newAccount":"%1$s/account","newOrder":"https://elsewhere.test/new",
             "random":"https://docs.test/why",
             "meta":{"termsOfService":"%1$s/terms","caaIdentities":["ca.test"],"externalAccountRequired":true,
                     "profiles":{"short":"x"}}}\
            """.formatted(ca.base()));

        IssuerInspection inspection = inspect();

        DirectoryResponse.Answered answered = (DirectoryResponse.Answered) inspection.response();
        assertThat(answered.status()).isEqualTo(200);
        assertThat(answered.duration()).isPositive();
        assertThat(answered.date().orElseThrow())
                .isBetween(Instant.now().minusSeconds(20), Instant.now().plusSeconds(20));
        assertThat(answered.chain()).containsExactly("CN=fake CA");
        IssuerInspection.Directory directory = answered.directory().orElseThrow();
        assertThat(directory.outsideOrigin())
                .as("directory without requests may have any origin")
                .containsExactly("newOrder");
        assertThat(directory.termsOfService()).contains(ca.base() + "/terms");
        assertThat(directory.caaIdentities()).containsExactly("ca.test");
        assertThat(directory.externalAccountRequired()).isTrue();
        assertThat(directory.profiles()).containsExactly("short");
        assertThat(inspection.account()).isEqualTo(new Account.Absent("no account is registered yet"));
        assertThat(ca.requests).containsExactly("GET /dir");
        assertThat(store.read(SecretPath.account("ca"))).isEmpty();
    }

    @Test
    void distinguishesUnreachableUntrustedAndMalformedDirectories() throws Exception {
        settings.put("directory", "https://127.0.0.1:1/dir");
        assertThat(inspect().response()).isInstanceOf(DirectoryResponse.Unreachable.class);
        settings.put("directory", "https://absent.invalid/dir");
        assertThat(inspect().response()).isEqualTo(new DirectoryResponse.Unreachable("the host name does not resolve"));

        settings.put("directory", ca.url("/dir").toString()).remove("trustedRoots");
        assertThat(inspect().response())
                .isInstanceOfSatisfying(DirectoryResponse.Untrusted.class, untrusted -> assertThat(untrusted.reason())
                        .contains("PKIX"));
        assertThat(ca.requests).isEmpty();

        settings.put("trustedRoots", ca.pem());
        ca.answer("/dir", new FakeAcmeServer.Answer(200, "text/html", "<html>", Map.of()));
        assertThat(((DirectoryResponse.Answered) inspect().response()).directory())
                .isEmpty();
        ca.answer("/dir", new FakeAcmeServer.Answer(503, "text/html", "<html>", Map.of()));
        assertThat(((DirectoryResponse.Answered) inspect().response()).status()).isEqualTo(503);
    }

    @Test
    void readsTheAccountFromTheCa() throws Exception {
        register();
        URI location = ca.url("/account/1");
        ca.json("/account/1", 200, "{\"status\":\"valid\"}");
        assertThat(inspect().account()).isEqualTo(new Account.Registered(location, "valid"));
        ca.json("/account/1", 200, "{\"status\":\"revoked\"}");
        assertThat(inspect().account()).isEqualTo(new Account.Registered(location, "revoked"));
        ca.json("/account/1", 403, "{\"type\":\"urn:ietf:params:acme:error:unauthorized\",\"detail\":\"deactivated\"}");
        assertThat(inspect().account())
                .isInstanceOfSatisfying(Account.Refused.class, refused -> assertThat(refused.reason())
                        .contains("deactivated"));
        ca.json("/account/1", 500, "{}");
        assertThat(inspect().account()).isInstanceOf(Account.Unknown.class);
        ca.setKnownAccount("/account/2");
        assertThat(inspect().account())
                .isInstanceOfSatisfying(Account.Absent.class, absent -> assertThat(absent.reason())
                        .contains("no longer has " + location));
        ca.answer("/dir", new FakeAcmeServer.Answer(503, "text/html", "<html>", Map.of()));
        assertThat(inspect().account()).isInstanceOf(Account.Unknown.class);
    }

    @Test
    void reportsAnAccountThatWasDeactivatedHere() {
        store.createOnly(SecretPath.account("ca"), Map.of("privateKey", "x", "location", "y", "deactivated", "true"));
        assertThat(inspect().account())
                .isInstanceOfSatisfying(Account.Refused.class, refused -> assertThat(refused.reason())
                        .contains("deactivated"));
    }

    @Test
    void checksTheBindingWithoutQuotingIt() {
        assertThat(inspect().binding().path()).isEmpty();
        settings.put("eabPath", "eab/ca");
        assertThat(inspect().binding().error().orElseThrow()).contains("eab/ca");
        store.createOnly(new SecretPath("eab/ca"), Map.of("kid", "k", "hmacKey", "%%secret%%"));
        assertThat(inspect().binding().error().orElseThrow())
                .contains("hmacKey")
                .doesNotContain("%%secret%%");
    }

    private IssuerInspection inspect() {
        return inspector().inspect("ca");
    }

    private IssuerInspector inspector() {
        return new AcmeIssuerInspector(Issuers.of(issuerSettings()), store, AddressPolicy.ANY, InstantSource.system());
    }

    private void register() {
        AcmeAccounts.of(Issuers.of(issuerSettings()), store, AddressPolicy.ANY).of("ca", Registration.IF_ABSENT);
    }

    private IssuerSettings issuerSettings() {
        return EventCodec.mapper().convertValue(settings, IssuerSettings.class);
    }
}
