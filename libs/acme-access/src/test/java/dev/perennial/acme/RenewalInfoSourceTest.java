package dev.perennial.acme;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.perennial.acme.AcmeAccounts.Registration;
import dev.perennial.events.ErrorCode;
import dev.perennial.events.EventCodec;
import dev.perennial.events.Identifier;
import dev.perennial.events.IssuerSettings;
import dev.perennial.events.RetryLater;
import dev.perennial.vault.InMemorySecretStore;
import java.io.IOException;
import java.net.URI;
import java.security.cert.CertificateEncodingException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RenewalInfoSourceTest {
    private static final String ID = "aYhba4dGQEHhs3uEe6CuLN4ByNQ.AIdlQyE";
    private static final List<Identifier> NAMES = List.of(Identifier.dns("shop.example.com"));

    private FakeAcmeServer ca;
    private VaultAccounts accounts;

    @BeforeEach
    void start() throws Exception {
        ca = new FakeAcmeServer();
        accounts = new VaultAccounts(
                Issuers.of(settings()), new InMemorySecretStore(), AddressPolicy.ANY, InstantSource.system());
        setRenewalInfo(ca.base() + "/renewal");
        ca.json("/new", 201, order(), "Location", ca.base() + "/order");
    }

    @AfterEach
    void stop() {
        ca.close();
    }

    @Test
    void readsTheSuggestedWindow() {
        ca.json(
                "/renewal/" + ID,
                200,
                window("2026-11-20T00:00:00Z", "2026-11-21T12:00:00Z", "https://ca.example.com/why"),
                "Retry-After",
                "21600");

        assertThat(accounts.fetch("ca", ID))
                .isEqualTo(new RenewalInfo.Suggested(
                        Instant.parse("2026-11-20T00:00:00Z"),
                        Instant.parse("2026-11-21T12:00:00Z"),
                        Optional.of(URI.create("https://ca.example.com/why")),
                        Optional.of(Duration.ofHours(6))));
        assertThat(ca.requests).containsExactly("GET /dir", "GET /renewal/" + ID);
    }

    @Test
    void reportsACaWithoutRenewalInfo() {
        ca.json("/dir", 200, directory(""));

        assertThat(accounts.fetch("ca", ID)).isEqualTo(new RenewalInfo.NotOffered());
        assertThat(ca.requests).containsExactly("GET /dir");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "not json",
                "{\"suggestedWindow\":{\"start\":\"2026-11-21T00:00:00Z\",\"end\":\"2026-11-21T00:00:00Z\"}}",
                "{\"suggestedWindow\":{\"start\":\"2026-11-22T00:00:00Z\",\"end\":\"2026-11-21T00:00:00Z\"}}",
                "{\"suggestedWindow\":{\"start\":\"soon\",\"end\":\"later\"}}",
                "{\"suggestedWindow\":\"now\"}"
            })
    void reportsMalformedResponsesAsUnusable(String body) {
        ca.json("/renewal/" + ID, 200, body);

        assertThat(accounts.fetch("ca", ID)).isInstanceOf(RenewalInfo.Unusable.class);
    }

    @ParameterizedTest
    @CsvSource({"404", "400", "403"})
    void doesNotRetryIfTheCaDoesNotKnowTheCertificate(int status) {
        ca.json("/renewal/" + ID, status, problem("malformed"));

        assertThat(accounts.fetch("ca", ID)).isInstanceOf(RenewalInfo.Unusable.class);
    }

    @Test
    void retriesIfTheCaIsUnavailable() {
        ca.json("/renewal/" + ID, 503, problem("serverInternal"), "Retry-After", "120");

        assertThatExceptionOfType(RetryLater.class)
                .isThrownBy(() -> accounts.fetch("ca", ID))
                .satisfies(failure -> {
                    assertThat(failure.problem().code()).isEqualTo(ErrorCode.CA_UNAVAILABLE);
                    assertThat(failure.problem().nextAttemptAt()).isPresent();
                });
    }

    @ParameterizedTest
    @ValueSource(strings = {"javascript:alert(1)", "ftp://ca.example.com/why", "https:///", "not a url"})
    void omitsAnExplanationThatIsNotAWebPage(String url) {
        ca.json("/renewal/" + ID, 200, window("2026-11-20T00:00:00Z", "2026-11-21T00:00:00Z", url));

        assertThat(accounts.fetch("ca", ID))
                .isInstanceOfSatisfying(RenewalInfo.Suggested.class, it -> assertThat(it.explanation())
                        .isEmpty());
    }

    @Test
    void sendsNoRequestToAnotherOrigin() {
        setRenewalInfo("https://elsewhere.example.com/renewal");

        assertThatExceptionOfType(RetryLater.class)
                .isThrownBy(() -> accounts.fetch("ca", ID))
                .satisfies(failure -> assertThat(failure.problem().code()).isEqualTo(ErrorCode.CA_MISBEHAVED));
    }

    @ParameterizedTest
    @ValueSource(strings = {"../new", "a", "a.b/c", "a.b?c", ""})
    void refusesMalformedRenewalIdentifiers(String id) {
        assertThatExceptionOfType(IllegalArgumentException.class).isThrownBy(() -> accounts.fetch("ca", id));
    }

    @Test
    void sendsTheReplacedCertificateWithTheOrder() throws Exception {
        AcmeAccount account = accounts.of("ca", Registration.IF_ABSENT);

        assertThat(account.place(NAMES, Optional.of(ID))).isInstanceOf(NewOrderResult.Placed.class);

        assertThat(newOrder().path("replaces").asText()).isEqualTo(ID);
    }

    @Test
    void omitsReplacesIfTheCaHasNoRenewalInfo() throws Exception {
        ca.json("/dir", 200, directory(""));
        AcmeAccount account = accounts.of("ca", Registration.IF_ABSENT);

        account.place(NAMES, Optional.of(ID));

        assertThat(newOrder().has("replaces")).isFalse();
    }

    /** The refusals of Pebble: already replaced, certificate of another account, malformed, no common name. */
    @ParameterizedTest
    @CsvSource({"409, alreadyReplaced", "403, unauthorized", "400, malformed", "404, malformed", "500, serverInternal"})
    void ordersWithoutReplacesIfTheCaRefusesIt(int status, String type) throws Exception {
        AcmeAccount account = accounts.of("ca", Registration.IF_ABSENT);
        ca.refuse(
                "/new",
                "replaces",
                new FakeAcmeServer.Answer(status, "application/problem+json", problem(type), Map.of()));

        assertThat(account.place(NAMES, Optional.of(ID))).isInstanceOf(NewOrderResult.Placed.class);

        assertThat(ca.requests.stream().filter("POST /new"::equals)).hasSize(2);
        assertThat(newOrder().has("replaces")).isFalse();
    }

    @ParameterizedTest
    @CsvSource({"429, rateLimited", "503, about:blank"})
    void doesNotRepeatTheOrderAtOnceIfTheCaIsOverloaded(int status, String type) {
        AcmeAccount account = accounts.of("ca", Registration.IF_ABSENT);
        ca.json("/new", status, problem(type));

        assertThatExceptionOfType(RetryLater.class).isThrownBy(() -> account.place(NAMES, Optional.of(ID)));

        assertThat(ca.requests.stream().filter("POST /new"::equals)).hasSize(1);
    }

    private JsonNode newOrder() throws IOException {
        ObjectMapper json = EventCodec.mapper();
        String payload = json.readTree(ca.bodies.get("/new")).path("payload").asText();
        return json.readTree(Base64.getUrlDecoder().decode(payload));
    }

    private void setRenewalInfo(String renewalInfo) {
        ca.json("/dir", 200, directory(",\"renewalInfo\":\"" + renewalInfo + "\""));
    }

    private String directory(String extra) {
        return "{\"newNonce\":\"%1$s/nonce\",\"newAccount\":\"%1$s/account\",\"newOrder\":\"%1$s/new\"%2$s,\"meta\":{}}"
                .formatted(ca.base(), extra);
    }

    private static String window(String start, String end, String explanation) {
        return "{\"suggestedWindow\":{\"start\":\"%s\",\"end\":\"%s\"},\"explanationURL\":\"%s\"}"
                .formatted(start, end, explanation);
    }

    private static String problem(String type) {
        return "{\"type\":\"urn:ietf:params:acme:error:%s\",\"detail\":\"no\"}".formatted(type);
    }

    private String order() {
        return "{\"status\":\"pending\",\"authorizations\":[\"%1$s/authorization\"],\"finalize\":\"%1$s/finalize\"}"
                .formatted(ca.base());
    }

    private IssuerSettings settings() throws CertificateEncodingException {
        return EventCodec.mapper()
                .convertValue(
                        Map.of(
                                "name",
                                "ca",
                                "directory",
                                ca.base() + "/dir",
                                "trustedRoots",
                                ca.pem(),
                                "termsOfServiceAgreed",
                                true,
                                "requestTimeout",
                                "PT5S"),
                        IssuerSettings.class);
    }
}
