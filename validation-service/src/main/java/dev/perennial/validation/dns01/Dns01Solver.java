package dev.perennial.validation.dns01;

import dev.perennial.acme.Authorization;
import dev.perennial.dns.AuthoritativeLookup;
import dev.perennial.dns.AuthoritativeServers;
import dev.perennial.dns.DnsClient;
import dev.perennial.dns.DnsConfig;
import dev.perennial.dns.DnsUnavailableException;
import dev.perennial.events.ErrorCode;
import dev.perennial.events.Identifier;
import dev.perennial.events.Problem;
import dev.perennial.events.Sha256;
import dev.perennial.validation.challenges.ChallengePublisher;
import dev.perennial.validation.challenges.ChallengeSolver;
import dev.perennial.validation.challenges.NoAnswerException;
import dev.perennial.validation.selection.ChallengeRules;
import dev.perennial.validation.selfcheck.ProbeRetries;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.io.IOException;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** Solves dns-01 challenges, including those of wildcards, with TXT records. */
@ApplicationScoped
class Dns01Solver implements ChallengeSolver {
    private static final Duration INITIAL_BACKOFF = Duration.ofMillis(200);
    private static final Duration MAX_BACKOFF = Duration.ofSeconds(5);
    /** Another client that replaces whole record sets may have removed the record. */
    private static final int REWRITE_INTERVAL = 4;

    private final ChallengePublisher publisher;
    private final Optional<String> issuer;
    private final DnsProviders providers;
    private final RecordNames names;
    private final PropagationCheck propagation;
    private final ProbeRetries retries = new ProbeRetries(INITIAL_BACKOFF, MAX_BACKOFF);

    @Inject
    Dns01Solver(ChallengePublisher publisher, DnsProviders providers, DnsConfig dns, Dns01Config config) {
        this(publisher, providers, DnsClient.toResolver(dns, config.queryTimeout()), config);
    }

    Dns01Solver(ChallengePublisher publisher, DnsProviders providers, DnsClient resolver, Dns01Config config) {
        this.publisher = publisher;
        this.issuer = Optional.empty();
        this.providers = providers;
        var lookup = new AuthoritativeLookup(new AuthoritativeServers(resolver, config.authoritativePort()));
        this.names = new RecordNames(resolver, lookup, config.selfCheck(), config.followCnames());
        this.propagation = new PropagationCheck(lookup, resolver, config.queryTimeout(), config.selfCheck());
    }

    private Dns01Solver(Dns01Solver installation, String issuer, ChallengeRules rules) {
        this.publisher = installation.publisher;
        this.issuer = Optional.of(issuer);
        this.providers = installation.providers.withRules(rules);
        this.names = installation.names;
        this.propagation = installation.propagation;
    }

    @Override
    public ChallengeSolver forIssuer(String name, ChallengeRules rules) {
        return new Dns01Solver(this, name, rules);
    }

    @Override
    public String challengeType() {
        return Authorization.Challenge.DNS_01;
    }

    /** RFC 8738 section 7: dns-01 is not available for IP identifiers. */
    @Override
    public boolean supports(Authorization authorization) {
        return authorization.identifier().type().equals(Identifier.DNS) && !providers.isEmpty();
    }

    @Override
    public void present(Identifier identifier, Authorization.Challenge challenge) {
        TxtRecord record = record(identifier, challenge);
        DnsProvider provider = providers.of(record.fqdn()).provider();
        // Before the record is written, so that another replica withdraws it if this one crashes.
        publisher.present(identifier, challenge, issuer);
        provider.add(record);
    }

    @Override
    public Optional<Problem> check(Identifier identifier, Authorization.Challenge challenge) {
        TxtRecord record = record(identifier, challenge);
        return propagated(record, providers.of(record.fqdn()));
    }

    @Override
    public void withdraw(Identifier identifier, Authorization.Challenge challenge) {
        TxtRecord record = record(identifier, challenge);
        providers.of(record.fqdn()).provider().remove(record);
        publisher.withdraw(challenge);
    }

    private Optional<Problem> propagated(TxtRecord record, DnsProviders.Account account) {
        return retries.until(account.propagationLimit(), number -> {
            if (number > 1 && (number - 1) % REWRITE_INTERVAL == 0) {
                account.provider().add(record);
            }
            return check(record, account);
        });
    }

    private Optional<Problem> check(TxtRecord record, DnsProviders.Account account) {
        String within = " within " + account.propagationLimit().toSeconds() + " s";
        try {
            List<PropagationCheck.Missing> missing = propagation.missing(record);
            return missing.isEmpty()
                    ? Optional.empty()
                    : Optional.of(Problem.of(
                            ErrorCode.SELF_CHECK_FAILED,
                            subject(missing) + " the TXT record of " + record.fqdn() + within
                                    + "; check the DNS provider '" + account.name() + "', which wrote it",
                            missing.stream().map(Object::toString).collect(Collectors.joining("; "))));
        } catch (DnsUnavailableException e) {
            throw new NoAnswerException(
                    "the TXT record of " + record.fqdn() + " cannot be looked up" + within
                            + " (without access to port 53 of other hosts, set perennial.dns01.self-check=resolver)",
                    e.getMessage());
        } catch (IOException e) {
            return Optional.of(Problem.of(
                    ErrorCode.SELF_CHECK_FAILED,
                    "the lookup of the authoritative servers of " + record.fqdn() + " failed" + within,
                    e.getMessage()));
        }
    }

    private String subject(List<PropagationCheck.Missing> missing) {
        return propagation.required() == Dns01SelfCheck.RESOLVER
                ? "the resolver does not return"
                : missing.size() + " of the authoritative servers ("
                        + missing.stream().map(PropagationCheck.Missing::server).collect(Collectors.joining(", "))
                        + ") do not serve";
    }

    private TxtRecord record(Identifier identifier, Authorization.Challenge challenge) {
        return new TxtRecord(names.of(identifier), digest(challenge.keyAuthorization()));
    }

    static String digest(String keyAuthorization) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(Sha256.digest(keyAuthorization));
    }
}
