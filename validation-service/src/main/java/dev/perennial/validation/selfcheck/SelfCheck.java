package dev.perennial.validation.selfcheck;

import dev.perennial.acme.Authorization;
import dev.perennial.dns.AddressLookup;
import dev.perennial.events.ErrorCode;
import dev.perennial.events.Identifier;
import dev.perennial.events.Problem;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;

/**
 * Name to address by DNS, address to answer by a {@link SelfCheckProbe}. Every IPv4 address must answer, because the CA picks one;
 * IPv6 is looked at where there is no IPv4 (this host may have no way there).
 */
public final class SelfCheck {
    private static final int MOST_ADDRESSES = 8;
    private static final Duration FIRST_PAUSE = Duration.ofMillis(100);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(4);

    private final AddressLookup lookup;
    private final SelfCheckProbe glance;
    private final Duration limit;
    private final ProbeRetries looks;

    /** @param limit how long the look is repeated */
    public SelfCheck(AddressLookup lookup, SelfCheckProbe glance, Duration limit, InstantSource clock) {
        this.lookup = lookup;
        this.glance = glance;
        this.limit = limit;
        this.looks = new ProbeRetries(FIRST_PAUSE, LONGEST_PAUSE, clock);
    }

    /** @return the last thing that was wrong when the limit was reached; empty as soon as all is well */
    public Optional<Problem> run(Identifier identifier, Authorization.Challenge challenge) {
        return looks.until(limit, number -> look(identifier, challenge));
    }

    private Optional<Problem> look(Identifier identifier, Authorization.Challenge challenge) {
        List<InetAddress> addresses;
        try {
            addresses = addresses(identifier);
        } catch (UnknownHostException e) {
            return Optional.of(Problem.of(
                    ErrorCode.SELF_CHECK_FAILED,
                    identifier.value() + " does not resolve; give it an address record that leads to this installation",
                    e.getMessage()));
        }
        return addresses.stream()
                .limit(MOST_ADDRESSES)
                .flatMap(address -> glance.at(address, identifier, challenge).stream())
                .findFirst();
    }

    private List<InetAddress> addresses(Identifier identifier) throws UnknownHostException {
        return identifier.ofType(Identifier.IP)
                ? List.of(identifier.ip().address())
                : lookup.addresses(identifier.name().base());
    }
}
