package dev.perennial.acme;

import static org.assertj.core.api.Assertions.assertThat;

import dev.perennial.events.ErrorCode;
import dev.perennial.events.Problem;
import dev.perennial.events.RetryLater;
import java.math.BigInteger;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.util.Collections;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Nothing that a CA sends is stored or published before its size is checked. */
class HostileAnswersTest extends FakeCaSetup {
    private static final String LONG = "/" + "x".repeat(200_000);

    @ParameterizedTest
    @ValueSource(strings = {"Location", "finalize", "authorizations"})
    void refusesAnOrderWithALongUrl(String field) {
        AcmeAccount account = account();
        String path = field.equals("Location") ? "/" + "x".repeat(3_000) : LONG;
        ca.json(
                "/new",
                201,
                """
                {"status":"pending","finalize":"%s","authorizations":["%s","%s"]}\
                """.formatted(
                                ca.url(field.equals("finalize") ? path : "/finalize"),
                                ca.url("/authorization"),
                                ca.url(field.equals("authorizations") ? path : "/authorization/2")),
                "Location",
                ca.url(field.equals("Location") ? path : "/order").toString());

        Problem problem = assertRetryLater(() -> account.place(NAMES), ErrorCode.CA_MISBEHAVED);

        assertThat(problem.evidence().orElseThrow()).contains("'" + field + "'", "at most 2048");
        assertThat(problem.toString()).hasSizeLessThan(3_000);
    }

    @Test
    void acceptsTheLongestUrls() {
        AcmeAccount account = account();
        String longest = ca.base() + "/" + "x".repeat(2_047 - ca.base().length());
        ca.json("/new", 201, """
                {"status":"pending","finalize":"%1$s","authorizations":["%1$s"]}\
                """.formatted(longest), "Location", longest);

        assertThat(account.place(NAMES)).isInstanceOf(NewOrderResult.Placed.class);
    }

    @Test
    void refusesAnOrderWithTooManyAuthorizations() {
        assertThat(refused(101, "0")).contains("101 authorizations", "at most 100");
    }

    /** The event about an order with such URLs could not be read. */
    @Test
    void limitsTheUrlsOfAnOrderTogetherInBytes() {
        assertThat(refused(100, "x".repeat(1_900))).contains("the URLs of the order", "at most 131072");
        assertThat(refused(1, "\u20ac".repeat(1_000))).contains("'authorizations'", "at most 2048");
    }

    private String refused(int authorizations, String path) {
        AcmeAccount account = account();
        String urls = IntStream.range(0, authorizations)
                .mapToObj(i -> '"' + ca.base() + "/" + path + '"')
                .collect(Collectors.joining(","));
        ca.json(
                "/new",
                201,
                "{\"status\":\"pending\",\"finalize\":\"" + ca.url("/f") + "\",\"authorizations\":[" + urls + "]}",
                "Location",
                ca.url("/order").toString());
        return assertRetryLater(() -> account.place(NAMES), ErrorCode.CA_MISBEHAVED)
                .evidence()
                .orElseThrow();
    }

    @ParameterizedTest
    @CsvSource({
        "9999-12-31T23:59:59Z,9999-12-31T23:59:59Z",
        "1970-01-02T00:00:00Z,1970-01-02T00:00:00Z",
        "2026-11-30T14:00:00.123+02:00,2026-11-30T12:00:00.123Z"
    })
    void readsAnyExpiryOfAnOrder(String sent, String read) {
        AcmeAccount account = account();
        ca.json(
                "/new",
                201,
                """
                {"status":"pending","expires":"%s","finalize":"%s","authorizations":[]}\
                """.formatted(sent, ca.url("/finalize")),
                "Location",
                ca.url("/order").toString());

        assertThat(((NewOrderResult.Placed) account.place(NAMES)).order().expires())
                .contains(java.time.Instant.parse(read));
    }

    @Test
    void refusesALongUrlOfACertificate() {
        AcmeAccount account = account();
        ca.json("/order", 200, "{\"status\":\"valid\",\"certificate\":\"" + ca.url(LONG) + "\"}");

        assertThat(assertRetryLater(() -> account.progress(known()), ErrorCode.CA_MISBEHAVED)
                        .evidence()
                        .orElseThrow())
                .contains("'certificate'", "at most 2048");
    }

    @Test
    void refusesALongUrlOfAChallenge() {
        AcmeAccount account = account();
        ca.json("/authorization", 200, """
                {"status":"pending","identifier":{"type":"dns","value":"shop.example.com"},
                 "challenges":[{"type":"http-01","url":"%s","token":"abc"}]}\
                """.formatted(ca.url(LONG)));

        assertThat(assertRetryLater(() -> account.authorization(ca.url("/authorization")), ErrorCode.CA_MISBEHAVED)
                        .evidence()
                        .orElseThrow())
                .contains("'challenges'", "at most 2048");
    }

    @Test
    void storesNoLongUrlOfAnAccount() {
        ca.json("/account", 201, "{\"status\":\"valid\"}", "Location", ca.base() + "/" + "x".repeat(3_000));

        assertThat(assertRetryLater(this::account, ErrorCode.CA_MISBEHAVED)
                        .evidence()
                        .orElseThrow())
                .contains("'Location'", "at most 2048");
    }

    @Test
    void limitsTheTextOfAProblem() {
        AcmeAccount account = account();
        String huge = "x".repeat(50_000);
        ca.json("/new", 400, """
                {"type":"%1$s","detail":"%1$s","subproblems":[{"type":"%1$s","identifier":{"type":"dns","value":"%1$s"}}]}\
                """.formatted(huge));

        Problem problem = ((NewOrderResult.Refused) account.place(NAMES)).problem();

        assertThat(problem.toString()).hasSizeLessThan(3_000);
    }

    @Test
    void refusesAChainThatIsTooLongOrTooLarge() {
        AcmeAccount account = account();
        TestChains chains = new TestChains();
        refused(account, "11 certificates", Collections.nCopies(11, chains.leaf).toArray(X509Certificate[]::new));
        refused(account, "bytes", chains.leaf(BigInteger.TEN, 60_000), chains.leaf(BigInteger.TWO, 60_000));
        refused(account, "serial number", chains.leaf(BigInteger.ONE.shiftLeft(400), 0), chains.intermediate);
        chain("/certificate", Map.of(), chains.leaf(BigInteger.ONE.shiftLeft(158), 0), chains.intermediate);
        assertThat(account.download(ca.url("/certificate"))).hasSize(2);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "<html>maintenance</html>",
                "-----BEGIN CERTIFICATE-----\n-----END CERTIFICATE-----\n",
                "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n",
                "-----BEGIN CERTIFICATE-----\nMIIB",
                "-----BEGIN CERTIFICATE-----\n?\u20ac?\n-----END CERTIFICATE-----\n",
                "-----BEGIN PRIVATE KEY-----\nMIIB\n-----END PRIVATE KEY-----\n"
            })
    void reportsAChainThatCannotBeRead(String body) {
        AcmeAccount account = account();
        ca.answer("/certificate", new FakeAcmeServer.Answer(200, "application/pem-certificate-chain", body, Map.of()));

        Problem problem = assertRetryLater(() -> account.download(ca.url("/certificate")), ErrorCode.CA_MISBEHAVED);

        assertThat(problem.evidence().orElseThrow()).containsIgnoringCase("certificate");
    }

    /** The JDK parses parts of a certificate at their first use, and may throw anything then. */
    @Test
    void readsDamagedCertificatesWithoutADefect() throws CertificateEncodingException {
        AcmeAccount account = account();
        TestChains chains = new TestChains();
        byte[] leaf = chains.leaf.getEncoded();
        int refused = 0;
        for (int i = 0; i < leaf.length; i++) {
            byte[] damaged = leaf.clone();
            damaged[i] ^= (byte) 0x55;
            ca.answer(
                    "/certificate",
                    new FakeAcmeServer.Answer(
                            200,
                            "application/pem-certificate-chain",
                            TestChains.pem(damaged) + TestChains.pem(chains.intermediate),
                            Map.of()));
            try {
                account.download(ca.url("/certificate"));
            } catch (RetryLater e) {
                assertThat(e.problem().code()).as("byte " + i).isEqualTo(ErrorCode.CA_MISBEHAVED);
                refused++;
            }
        }
        assertThat(refused).isPositive();
    }

    private void refused(AcmeAccount account, String reason, X509Certificate... chain) {
        chain("/certificate", Map.of(), chain);
        assertThat(assertRetryLater(() -> account.download(ca.url("/certificate")), ErrorCode.CA_MISBEHAVED)
                        .evidence()
                        .orElseThrow())
                .contains(reason);
    }

    private void chain(String path, Map<String, String> headers, X509Certificate... chain) {
        ca.answer(
                path,
                new FakeAcmeServer.Answer(200, "application/pem-certificate-chain", TestChains.pem(chain), headers));
    }
}
