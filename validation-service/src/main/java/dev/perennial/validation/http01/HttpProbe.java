package dev.perennial.validation.http01;

import dev.perennial.acme.Authorization;
import dev.perennial.events.ErrorCode;
import dev.perennial.events.Identifier;
import dev.perennial.events.Problem;
import dev.perennial.platform.probe.ChallengeFetch;
import dev.perennial.validation.challenges.NoAnswerException;
import dev.perennial.validation.selfcheck.SelfCheckProbe;
import java.io.IOException;
import java.net.InetAddress;
import java.util.Optional;
import java.util.Set;

/**
 * Fetches the response from one address and compares it with the expected one. A redirect is no problem: only the CA
 * follows it, so only the CA can check the response of its target.
 */
record HttpProbe(ChallengeFetch fetch) implements SelfCheckProbe {
    private static final int MAX_EVIDENCE = 120;
    /**
     * A CA should follow redirects (RFC 8555 section 8.3), this installation does not: their targets may belong to
     * others.
     */
    private static final Set<Integer> REDIRECTS = Set.of(301, 302, 303, 307, 308);

    @Override
    public Optional<Problem> at(InetAddress address, Identifier identifier, Authorization.Challenge challenge) {
        String name = identifier.value();
        String where = address.getHostAddress() + " port " + fetch.port();
        try {
            ChallengeFetch.Answer answer = fetch.get(address, host(identifier), challenge.token());
            // RFC 8555 section 8.3: trailing white space is ignored.
            if (answer.status() == 200 && answer.body().stripTrailing().equals(challenge.keyAuthorization())) {
                return Optional.empty();
            }
            if (REDIRECTS.contains(answer.status())) {
                return Optional.empty();
            }
            return Optional.of(problem(
                    name + " sends another response than the challenge's; route http requests for"
                            + " /.well-known/acme-challenge/ to this installation's responder",
                    where + ", HTTP " + answer.status() + ", body: " + shown(answer.body())));
        } catch (IOException e) {
            throw new NoAnswerException(
                    name + " is not reachable over http; open port " + fetch.port()
                            + " and route it to this installation's responder",
                    where + ": " + e.getMessage());
        }
    }

    /** As written in a URL. */
    private static String host(Identifier identifier) {
        return identifier.ofType(Identifier.IP) && identifier.ip().isV6()
                ? "[" + identifier.value() + "]"
                : identifier.value();
    }

    private static Problem problem(String detail, String evidence) {
        return Problem.of(ErrorCode.SELF_CHECK_FAILED, detail, evidence);
    }

    /** Untrusted text, shortened and without control characters. */
    private static String shown(String body) {
        String start = body.length() <= MAX_EVIDENCE ? body : body.substring(0, MAX_EVIDENCE) + "...";
        return start.replaceAll("[^\\x20-\\x7e]", ".");
    }
}
