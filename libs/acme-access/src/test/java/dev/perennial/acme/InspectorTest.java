package dev.perennial.acme;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.perennial.acme.AcmeAccounts.Registration;
import dev.perennial.acme.Inspection.Account;
import dev.perennial.acme.Inspection.Front;
import dev.perennial.events.EventCodec;
import dev.perennial.events.IssuerSettings;
import dev.perennial.vault.SecretPath;
import java.net.URI;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class InspectorTest {
    private final MemoryStore store = new MemoryStore();
    private final ObjectNode settings = EventCodec.mapper().createObjectNode();
    private AcmeDouble ca;

    @BeforeEach
    void start() throws Exception {
        ca = new AcmeDouble();
        settings.put("name", "ca").put("directory", ca.url("/dir").toString()).put("trustedRoots", ca.pem());
        settings.put("termsOfServiceAgreed", true);
    }

    @AfterEach
    void stop() {
        ca.close();
    }

    @Test
    void seesADirectoryAndRegistersNothing() throws Exception {
        ca.json("/dir", 200, """
                {"newNonce":"%1$s/nonce","newAccount":"%1$s/account","newOrder":"https://elsewhere.test/new",
                 "random":"https://docs.test/why",
                 "meta":{"termsOfService":"%1$s/terms","caaIdentities":["ca.test"],"externalAccountRequired":true,
                         "profiles":{"short":"x"}}}""".formatted(ca.base()));

        Inspection seen = inspect();

        Front.Answered answered = (Front.Answered) seen.front();
        assertThat(answered.status()).isEqualTo(200);
        assertThat(answered.took()).isPositive();
        assertThat(answered.date().orElseThrow())
                .isBetween(Instant.now().minusSeconds(20), Instant.now().plusSeconds(20));
        assertThat(answered.chain()).containsExactly("CN=double of a CA");
        Inspection.Resources resources = answered.resources().orElseThrow();
        assertThat(resources.outside())
                .as("what nobody sends to may lead anywhere")
                .containsExactly("newOrder");
        assertThat(resources.terms()).contains(ca.base() + "/terms");
        assertThat(resources.caaIdentities()).containsExactly("ca.test");
        assertThat(resources.externalAccountRequired()).isTrue();
        assertThat(resources.profiles()).containsExactly("short");
        assertThat(seen.account()).isEqualTo(new Account.Absent("there is none yet"));
        assertThat(ca.requests).containsExactly("GET /dir");
        assertThat(store.read(SecretPath.account("ca"))).isEmpty();
    }

    @Test
    void tellsNobodyFromAStrangerFromAPageThatIsNoDirectory() throws Exception {
        settings.put("directory", "https://127.0.0.1:1/dir");
        assertThat(inspect().front()).isInstanceOf(Front.Unreachable.class);
        settings.put("directory", "https://nobody.invalid/dir");
        assertThat(inspect().front()).isEqualTo(new Front.Unreachable("its host does not resolve"));

        settings.put("directory", ca.url("/dir").toString()).remove("trustedRoots");
        assertThat(inspect().front())
                .isInstanceOfSatisfying(Front.Untrusted.class, untrusted -> assertThat(untrusted.why())
                        .contains("PKIX"));
        assertThat(ca.requests).isEmpty();

        settings.put("trustedRoots", ca.pem());
        ca.answer("/dir", new AcmeDouble.Answer(200, "text/html", "<html>", Map.of()));
        assertThat(((Front.Answered) inspect().front()).resources()).isEmpty();
        ca.answer("/dir", new AcmeDouble.Answer(503, "text/html", "<html>", Map.of()));
        assertThat(((Front.Answered) inspect().front()).status()).isEqualTo(503);
    }

    @Test
    void asksTheCaAboutTheAccount() throws Exception {
        register();
        URI location = ca.url("/account/1");
        ca.json("/account/1", 200, "{\"status\":\"valid\"}");
        assertThat(inspect().account()).isEqualTo(new Account.Known(location, "valid"));
        ca.json("/account/1", 200, "{\"status\":\"revoked\"}");
        assertThat(inspect().account()).isEqualTo(new Account.Known(location, "revoked"));
        ca.json("/account/1", 403, "{\"type\":\"urn:ietf:params:acme:error:unauthorized\",\"detail\":\"deactivated\"}");
        assertThat(inspect().account())
                .isInstanceOfSatisfying(Account.Refused.class, refused -> assertThat(refused.why())
                        .contains("deactivated"));
        ca.json("/account/1", 500, "{}");
        assertThat(inspect().account()).isInstanceOf(Account.Unknown.class);
        ca.knows("/account/2");
        assertThat(inspect().account()).isInstanceOfSatisfying(Account.Absent.class, absent -> assertThat(absent.why())
                .contains("does not know " + location));
        ca.answer("/dir", new AcmeDouble.Answer(503, "text/html", "<html>", Map.of()));
        assertThat(inspect().account()).isInstanceOf(Account.Unknown.class);
    }

    @Test
    void knowsAnAccountThatWasDeactivatedHere() {
        store.createOnly(SecretPath.account("ca"), Map.of("privateKey", "x", "location", "y", "deactivated", "true"));
        assertThat(inspect().account())
                .isInstanceOfSatisfying(Account.Refused.class, refused -> assertThat(refused.why())
                        .contains("deactivated"));
    }

    @Test
    void looksAtTheBindingAndSaysNothingOfIt() {
        assertThat(inspect().binding().path()).isEmpty();
        settings.put("eabPath", "eab/ca");
        assertThat(inspect().binding().complaint().orElseThrow()).contains("eab/ca");
        store.createOnly(new SecretPath("eab/ca"), Map.of("kid", "k", "hmacKey", "%%secret%%"));
        assertThat(inspect().binding().complaint().orElseThrow())
                .contains("hmacKey")
                .doesNotContain("%%secret%%");
    }

    private Inspection inspect() {
        return inspections().inspect("ca");
    }

    private Inspections inspections() {
        return new Inspector(Issuers.of(read()), store);
    }

    private void register() {
        AcmeAccounts.of(Issuers.of(read()), store).of("ca", Registration.IF_ABSENT);
    }

    private IssuerSettings read() {
        return EventCodec.mapper().convertValue(settings, IssuerSettings.class);
    }
}
