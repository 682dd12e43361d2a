package dev.perennial.validation.dns01;

import dev.perennial.acme.Authorization;
import dev.perennial.dns.AuthoritativeServers;
import dev.perennial.dns.BrokenCnameException;
import dev.perennial.dns.CnameChain;
import dev.perennial.dns.DnsClient;
import dev.perennial.dns.DnsConfig;
import dev.perennial.events.ErrorCode;
import dev.perennial.events.Identifier;
import dev.perennial.events.Problem;
import dev.perennial.validation.challenges.ChallengeSolver;
import dev.perennial.validation.selection.ChallengeRules;
import dev.perennial.validation.selfcheck.ProbeRetries;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.xbill.DNS.CNAMERecord;
import org.xbill.DNS.Type;

/** Proves a name, or all names below it, by a TXT record. */
@ApplicationScoped
class Dns01Solver implements ChallengeSolver {
    private static final Duration FIRST_PAUSE = Duration.ofMillis(200);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(5);
    /** Whoever writes whole sets of records beside us may have written ours away. */
    private static final int WRITE_AGAIN_EVERY = 4;

    private final DnsProviders providers;
    private final DnsClient resolver;
    private final PropagationCheck showing;
    private final ProbeRetries looks = new ProbeRetries(FIRST_PAUSE, LONGEST_PAUSE, InstantSource.system());

    @Inject
    Dns01Solver(DnsProviders providers, DnsConfig dns, Dns01Config config) {
        this(providers, DnsClient.toResolver(dns, config.queryTimeout()), config);
    }

    Dns01Solver(DnsProviders providers, DnsClient resolver, Dns01Config config) {
        this(
                providers,
                resolver,
                new PropagationCheck(
                        new AuthoritativeServers(resolver, config.authoritativePort()), config.queryTimeout()));
    }

    private Dns01Solver(DnsProviders providers, DnsClient resolver, PropagationCheck showing) {
        this.providers = providers;
        this.resolver = resolver;
        this.showing = showing;
    }

    @Override
    public ChallengeSolver by(ChallengeRules rules) {
        return new Dns01Solver(providers.by(rules), resolver, showing);
    }

    @Override
    public String challengeType() {
        return Authorization.Challenge.DNS_01;
    }

    /** RFC 8738 section 7: addresses cannot be proven by DNS. */
    @Override
    public boolean suits(Authorization authorization) {
        return authorization.identifier().type().equals(Identifier.DNS) && !providers.isEmpty();
    }

    @Override
    public void present(Identifier identifier, Authorization.Challenge challenge) {
        TxtRecord record = record(identifier, challenge);
        providers.of(record.fqdn()).provider().add(record);
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
    }

    private Optional<Problem> propagated(TxtRecord record, DnsProviders.Account account) {
        return looks.until(account.propagationLimit(), number -> {
            if (number > 1 && (number - 1) % WRITE_AGAIN_EVERY == 0) {
                account.provider().add(record);
            }
            return look(record, account);
        });
    }

    private Optional<Problem> look(TxtRecord record, DnsProviders.Account account) {
        String within = " within " + account.propagationLimit().toSeconds() + " s";
        try {
            List<PropagationCheck.Lacking> lacking = showing.lacking(record);
            return lacking.isEmpty()
                    ? Optional.empty()
                    : Optional.of(Problem.of(
                            ErrorCode.SELF_CHECK_FAILED,
                            lacking.size() + " of the authoritative servers did not show the TXT record of "
                                    + record.fqdn() + within + ": "
                                    + lacking.stream()
                                            .map(one -> one.server().toString())
                                            .collect(Collectors.joining(", "))
                                    + "; written by the DNS provider '" + account.name() + "'",
                            lacking.stream().map(Object::toString).collect(Collectors.joining("; "))));
        } catch (IOException e) {
            return Optional.of(Problem.of(
                    ErrorCode.SELF_CHECK_FAILED,
                    "the authoritative servers of " + record.fqdn() + " could not be found out" + within,
                    e.getMessage()));
        }
    }

    /** RFC 8555 section 8.4; at the name that CNAMEs lead to. */
    private TxtRecord record(Identifier identifier, Authorization.Challenge challenge) {
        String asked = "_acme-challenge." + identifier.name().base();
        return new TxtRecord(target(asked), digest(challenge.keyAuthorization()));
    }

    private String target(String asked) {
        try {
            return CnameChain.target(asked, this::cname);
        } catch (BrokenCnameException e) {
            throw DnsErrors.refused(e.getMessage(), e.path());
        }
    }

    private Optional<String> cname(String name) {
        try {
            return resolver.records(name, Type.CNAME, CNAMERecord.class).stream()
                    .map(record -> DnsClient.text(record.getTarget()))
                    .findFirst();
        } catch (IOException e) {
            throw DnsErrors.unavailable("whether " + name + " is delegated by a CNAME could not be looked up", e);
        }
    }

    static String digest(String keyAuthorization) {
        try {
            byte[] hash =
                    MessageDigest.getInstance("SHA-256").digest(keyAuthorization.getBytes(StandardCharsets.US_ASCII));
            return Base64.getUrlEncoder().withoutPadding().encodeToString(hash);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JRE has SHA-256", e);
        }
    }
}
