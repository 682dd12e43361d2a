package dev.perennial.orders.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.perennial.orders.doctor.Hop.Outcome;
import dev.perennial.orders.doctor.ResponderIsolation.TokenAnswer;
import java.net.InetAddress;
import java.util.List;
import org.junit.jupiter.api.Test;

class IsolationChecksTest {
    private static final InetAddress ADDRESS = InetAddress.getLoopbackAddress();
    private static final TokenAnswer RESPONDER = new TokenAnswer.Responder();

    @Test
    void passesIfOnlyTheResponderAnswersTokens() {
        assertThat(hop(List.of(), RESPONDER).outcome()).isEqualTo(Outcome.PASSED);
    }

    @Test
    void failsIfAnotherServerAnswersTokens() {
        Hop hop = hop(List.of(), new TokenAnswer.Other(200, "welcome"));

        assertThat(hop.outcome()).isEqualTo(Outcome.FAILED);
        assertThat(hop.evidence())
                .isEqualTo(
                        "127.0.0.1 port 80: another server answers a token of no challenge: HTTP 200, body: welcome");
        assertThat(hop.remedy().orElseThrow()).contains("docs/operating/routing.md#only-the-responder");
        assertThat(hop(List.of(), new TokenAnswer.Other(301, "")).outcome()).isEqualTo(Outcome.FAILED);
        assertThat(hop(List.of(), new TokenAnswer.None("no complete response within 3000 ms"))
                        .outcome())
                .isEqualTo(Outcome.FAILED);
    }

    /** A router may replace error pages, and the responder of an earlier version does not identify itself in its own. */
    @Test
    void warnsIfItIsUnknownWhichServerAnswersNotFound() {
        Hop hop = hop(List.of(), new TokenAnswer.Other(404, "not found"));

        assertThat(hop.outcome()).isEqualTo(Outcome.WARNING);
        assertThat(hop.evidence()).contains("HTTP 404, body: not found");
    }

    @Test
    void warnsIfOtherPathsReachTheResponder() {
        Hop hop = hop(List.of("/", "/.well-known/"), RESPONDER);

        assertThat(hop.outcome()).isEqualTo(Outcome.WARNING);
        assertThat(hop.evidence())
                .isEqualTo("127.0.0.1 port 80: requests below / and /.well-known/ reach the responder too");
    }

    @Test
    void skipsNamesThatDoNotLeadToTheResponder() {
        assertThat(IsolationChecks.hop(80, new Observation.NotTried<>("no address leads to the responder")))
                .isEqualTo(Hop.skipped(IsolationChecks.NAME, "no address leads to the responder"));
    }

    private static Hop hop(List<String> otherFolders, TokenAnswer answer) {
        return IsolationChecks.hop(
                80,
                new Observation.Found<>(List.of(
                        new ResponderIsolation(ADDRESS, List.of(), RESPONDER),
                        new ResponderIsolation(ADDRESS, otherFolders, answer))));
    }
}
