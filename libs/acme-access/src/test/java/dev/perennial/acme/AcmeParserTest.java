package dev.perennial.acme;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.perennial.events.ErrorCode;
import dev.perennial.events.Identifier;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.shredzone.acme4j.exception.AcmeProtocolException;
import org.shredzone.acme4j.toolbox.JSON;

class AcmeParserTest {
    private static final URI URL = URI.create("https://ca.example.com/x");

    @Test
    void readsAnOrder() {
        var order = AcmeParser.order(URL, JSON.parse("""
            {"status":"pending","expires":"2026-11-22T09:00:00Z","finalize":"https://ca.example.com/f",
             "authorizations":["https://ca.example.com/a/1","https://ca.example.com/a/2"]}\
            """));
        assertThat(order.authorizationUrls()).hasSize(2);
        assertThat(order.finalizeUrl()).isEqualTo(URI.create("https://ca.example.com/f"));
        assertThat(order.expires()).contains(Instant.parse("2026-11-22T09:00:00Z"));
    }

    @Test
    void readsTheStatusOfAnOrder() {
        assertThat(progress("{'status':'pending'}")).isInstanceOf(OrderProgress.Pending.class);
        assertThat(progress("{'status':'ready'}")).isInstanceOf(OrderProgress.Ready.class);
        assertThat(progress("{'status':'processing'}"))
                .isEqualTo(new OrderProgress.Processing(Optional.of(Duration.ofSeconds(3))));
        assertThat(progress("{'status':'valid','certificate':'https://ca.example.com/c'}"))
                .isEqualTo(new OrderProgress.Valid(URI.create("https://ca.example.com/c")));
    }

    @Test
    void distinguishesAFailedChallengeFromAnExpiredOrder() {
        assertThat(invalid("{'status':'invalid'}")).isEqualTo(ErrorCode.ORDER_EXPIRED);
        assertThat(invalid("{'status':'invalid','error':{'type':'urn:ietf:params:acme:error:connection'}}"))
                .isEqualTo(ErrorCode.CHALLENGE_FAILED);
        assertThat(invalid("{'status':'invalid','error':{'type':'urn:ietf:params:acme:error:caa'}}"))
                .isEqualTo(ErrorCode.CA_REFUSED);
    }

    @Test
    void readsSupportedChallengesOnly() {
        Authorization authorization = authorization("pVf-_9", "'status':'pending'");
        assertThat(authorization.identifier()).isEqualTo(Identifier.dns("a.example.com"));
        assertThat(authorization.status()).isEqualTo(Authorization.Status.PENDING);
        assertThat(authorization.challenges())
                .extracting(Authorization.Challenge::type)
                .containsExactly("http-01", "dns-01", "tls-alpn-01");
        assertThat(authorization.challenges()).allSatisfy(challenge -> assertThat(challenge.keyAuthorization())
                .isEqualTo("pVf-_9.thumb"));
    }

    @Test
    void readsTlsAlpn01BesideHttp01() {
        Authorization authorization = AcmeParser.authorization(
                URL,
                json("{'status':'pending','identifier':{'type':'dns','value':'a.example.com'},'challenges':["
                        + "{'type':'tls-alpn-01','url':'https://ca.example.com/c/1','token':'t1'},"
                        + "{'type':'http-01','url':'https://ca.example.com/c/2','token':'t2'}]}"),
                challengeToken -> challengeToken + ".thumb");
        assertThat(authorization
                        .challenge(Authorization.Challenge.TLS_ALPN_01)
                        .orElseThrow()
                        .keyAuthorization())
                .isEqualTo("t1.thumb");
    }

    @ParameterizedTest
    @ValueSource(strings = {"../etc/passwd", "a b", "", "$(id)", "ä"})
    void refusesATokenOutsideItsAlphabet(String token) {
        assertThatExceptionOfType(AcmeProtocolException.class)
                .isThrownBy(() -> authorization(token, "'status':'pending'"));
    }

    @Test
    void refusesJsonThatViolatesRfc8555() {
        assertThatExceptionOfType(AcmeProtocolException.class).isThrownBy(() -> progress("{'status':'happy'}"));
        assertThatExceptionOfType(AcmeProtocolException.class).isThrownBy(() -> progress("{}"));
        assertThatExceptionOfType(AcmeProtocolException.class).isThrownBy(() -> progress("{'status':'valid'}"));
        assertThatExceptionOfType(AcmeProtocolException.class).isThrownBy(() -> authorization("t", "'status':'happy'"));
    }

    private static Authorization authorization(String token, String status) {
        return AcmeParser.authorization(
                URL,
                json("{" + status + ",'identifier':{'type':'dns','value':'a.example.com'},'challenges':["
                        + "{'type':'dns-persist-01','url':'https://ca.example.com/c/1'},"
                        + "{'type':'http-01','url':'https://ca.example.com/c/2','token':'" + token + "'},"
                        + "{'type':'dns-01','url':'https://ca.example.com/c/3','token':'" + token + "'},"
                        + "{'type':'tls-alpn-01','url':'https://ca.example.com/c/4','token':'" + token + "'}]}"),
                challengeToken -> challengeToken + ".thumb");
    }

    private static OrderProgress progress(String json) {
        return AcmeParser.progress(json(json), Optional.of(Duration.ofSeconds(3)));
    }

    private static ErrorCode invalid(String json) {
        return ((OrderProgress.Invalid) progress(json)).problem().code();
    }

    private static JSON json(String json) {
        return JSON.parse(json.replace('\'', '"'));
    }
}
