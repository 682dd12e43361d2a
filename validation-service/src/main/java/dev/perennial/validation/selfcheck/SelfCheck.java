package dev.perennial.validation.selfcheck;

import dev.perennial.acme.Authorization;
import dev.perennial.dns.AddressLookup;
import dev.perennial.dns.DnsUnavailableException;
import dev.perennial.events.ErrorCode;
import dev.perennial.events.Identifier;
import dev.perennial.events.Problem;
import dev.perennial.validation.challenges.NoAnswerException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Resolves the name and probes each address with a {@link SelfCheckProbe}. Every IPv4 address must succeed, because
 * the CA picks one. IPv6 addresses are probed only if there is no IPv4 address, because this host may have no IPv6
 * route.
 */
public final class SelfCheck {
    private static final int MAX_ADDRESSES = 8;
    private static final Duration INITIAL_BACKOFF = Duration.ofMillis(100);
    private static final Duration MAX_BACKOFF = Duration.ofSeconds(4);

    private final AddressLookup lookup;
    private final SelfCheckProbe probe;
    private final Duration limit;
    private final ProbeRetries retries;

    /** @param limit time limit with all retries */
    public SelfCheck(AddressLookup lookup, SelfCheckProbe probe, Duration limit) {
        this.lookup = lookup;
        this.probe = probe;
        this.limit = limit;
        this.retries = new ProbeRetries(INITIAL_BACKOFF, MAX_BACKOFF);
    }

    /**
     * @return the last problem if the limit is reached; empty as soon as the check succeeds
     * @throws NoAnswerException if neither DNS nor a host of the name answers at the limit
     */
    public Optional<Problem> run(Identifier identifier, Authorization.Challenge challenge) {
        return retries.until(limit, number -> check(identifier, challenge));
    }

    private Optional<Problem> check(Identifier identifier, Authorization.Challenge challenge) {
        List<InetAddress> addresses;
        try {
            addresses = addresses(identifier);
        } catch (DnsUnavailableException e) {
            throw new NoAnswerException(
                    "the addresses of " + identifier.value() + " cannot be looked up", e.getMessage());
        } catch (UnknownHostException e) {
            return Optional.of(Problem.of(
                    ErrorCode.SELF_CHECK_FAILED,
                    identifier.value() + " does not resolve; add an address record that points to this installation",
                    e.getMessage()));
        }
        return addresses.stream()
                .limit(MAX_ADDRESSES)
                .flatMap(address -> probe.at(address, identifier, challenge).stream())
                .findFirst();
    }

    private List<InetAddress> addresses(Identifier identifier) throws UnknownHostException {
        return identifier.ofType(Identifier.IP)
                ? List.of(identifier.ip().address())
                : lookup.addresses(identifier.name().base());
    }
}
