package dev.perennial.validation.tlsalpn01;

import dev.perennial.acme.Authorization;
import dev.perennial.dns.AddressLookup;
import dev.perennial.dns.DnsConfig;
import dev.perennial.events.Identifier;
import dev.perennial.events.Problem;
import dev.perennial.platform.probe.AcmeHandshake;
import dev.perennial.validation.challenges.ChallengePublisher;
import dev.perennial.validation.challenges.ChallengeSolver;
import dev.perennial.validation.selfcheck.SelfCheck;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.Optional;

/** Solves tls-alpn-01 challenges with the certificate of a TLS handshake. */
@ApplicationScoped
class TlsAlpn01Solver implements ChallengeSolver {
    private final ChallengePublisher publisher;
    private final SelfCheck selfCheck;
    private final boolean enabled;

    @Inject
    TlsAlpn01Solver(ChallengePublisher publisher, TlsAlpn01Config config, DnsConfig dns) {
        this(
                publisher,
                new SelfCheck(
                        AddressLookup.of(dns),
                        new TlsAlpnProbe(new AcmeHandshake(config.port(), config.requestTimeout())),
                        config.selfCheckTimeout()),
                config.listenPort().isPresent());
    }

    TlsAlpn01Solver(ChallengePublisher publisher, SelfCheck selfCheck, boolean enabled) {
        this.publisher = publisher;
        this.selfCheck = selfCheck;
        this.enabled = enabled;
    }

    @Override
    public String challengeType() {
        return Authorization.Challenge.TLS_ALPN_01;
    }

    /** RFC 8737 section 3 does not support wildcards. */
    @Override
    public boolean supports(Authorization authorization) {
        return enabled && !authorization.wildcard();
    }

    @Override
    public void present(Identifier identifier, Authorization.Challenge challenge) {
        publisher.present(identifier, challenge);
    }

    @Override
    public Optional<Problem> check(Identifier identifier, Authorization.Challenge challenge) {
        return selfCheck.run(identifier, challenge);
    }

    @Override
    public void withdraw(Identifier identifier, Authorization.Challenge challenge) {
        publisher.withdraw(challenge);
    }
}
