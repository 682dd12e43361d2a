package dev.perennial.validation.http01;

import dev.perennial.acme.Authorization;
import dev.perennial.events.ErrorCode;
import dev.perennial.events.Identifier;
import dev.perennial.events.Problem;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;

/**
 * Our own look from the outside, before the CA looks: name to address by DNS, address to answer by HTTP. Every IPv4 address
 * must answer, because the CA picks one; IPv6 is looked at where there is no IPv4 (this host may have no way there).
 */
final class SelfCheck {
    private static final int MOST_ADDRESSES = 8;
    private static final int SHOWN = 120;
    private static final Duration FIRST_PAUSE = Duration.ofMillis(100);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(1);

    private final AddressLookup lookup;
    private final ChallengeFetch fetch;
    private final Duration limit;
    private final InstantSource clock;

    SelfCheck(AddressLookup lookup, ChallengeFetch fetch, Duration limit, InstantSource clock) {
        this.lookup = lookup;
        this.fetch = fetch;
        this.limit = limit;
        this.clock = clock;
    }

    /** @return the last thing that was wrong when the limit was reached; empty as soon as all is well */
    Optional<Problem> run(Identifier identifier, Authorization.Challenge challenge) {
        Instant giveUp = clock.instant().plus(limit);
        Duration pause = FIRST_PAUSE;
        while (true) {
            Optional<Problem> problem = look(identifier, challenge);
            if (problem.isEmpty() || !clock.instant().plus(pause).isBefore(giveUp)) {
                return problem;
            }
            if (!slept(pause)) {
                return problem;
            }
            pause = pause.multipliedBy(2).compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : pause.multipliedBy(2);
        }
    }

    private Optional<Problem> look(Identifier identifier, Authorization.Challenge challenge) {
        String name = identifier.name().base();
        List<InetAddress> addresses;
        try {
            addresses = lookup.addresses(name);
        } catch (UnknownHostException e) {
            return Optional.of(problem(
                    name + " does not resolve; give it an address record that leads to this installation",
                    e.getMessage()));
        }
        return addresses.stream()
                .limit(MOST_ADDRESSES)
                .flatMap(address -> look(address, name, challenge).stream())
                .findFirst();
    }

    private Optional<Problem> look(InetAddress address, String name, Authorization.Challenge challenge) {
        String where = address.getHostAddress() + " port " + fetch.port();
        try {
            ChallengeFetch.Answer answer = fetch.get(address, name, challenge.token());
            // RFC 8555 section 8.3: trailing white space does not count.
            if (answer.status() == 200 && answer.body().stripTrailing().equals(challenge.keyAuthorization())) {
                return Optional.empty();
            }
            return Optional.of(problem(
                    name + " answers, but not with the challenge's answer; send http requests for"
                            + " /.well-known/acme-challenge/ to this installation's responder",
                    where + ", HTTP " + answer.status() + ", body: " + shown(answer.body())));
        } catch (IOException e) {
            return Optional.of(problem(
                    name + " cannot be reached over http; open port " + fetch.port()
                            + " and send it to this installation's responder",
                    where + ": " + e.getMessage()));
        }
    }

    private static Problem problem(String detail, String evidence) {
        return Problem.of(ErrorCode.SELF_CHECK_FAILED, detail, evidence);
    }

    /** What a stranger sent, made fit for a log. */
    private static String shown(String body) {
        String start = body.length() <= SHOWN ? body : body.substring(0, SHOWN) + "...";
        return start.replaceAll("[^\\x20-\\x7e]", ".");
    }

    private static boolean slept(Duration pause) {
        try {
            Thread.sleep(pause);
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
