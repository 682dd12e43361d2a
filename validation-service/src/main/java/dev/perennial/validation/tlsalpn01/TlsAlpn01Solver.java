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
import java.time.InstantSource;
import java.util.Optional;

/** Proves an identifier by a TLS handshake of a protocol of its own. */
@ApplicationScoped
class TlsAlpn01Solver implements ChallengeSolver {
    private final ChallengePublisher board;
    private final SelfCheck selfCheck;
    private final boolean responding;

    @Inject
    TlsAlpn01Solver(ChallengePublisher board, TlsAlpn01Config config, DnsConfig dns) {
        this(
                board,
                new SelfCheck(
                        AddressLookup.of(dns),
                        new TlsAlpnProbe(new AcmeHandshake(config.port(), config.requestTimeout())),
                        config.selfCheckLimit(),
                        InstantSource.system()),
                config.listenPort().isPresent());
    }

    TlsAlpn01Solver(ChallengePublisher board, SelfCheck selfCheck, boolean responding) {
        this.board = board;
        this.selfCheck = selfCheck;
        this.responding = responding;
    }

    @Override
    public String challengeType() {
        return Authorization.Challenge.TLS_ALPN_01;
    }

    /** Not a wildcard: RFC 8737 section 3 has no name to send for one. */
    @Override
    public boolean suits(Authorization authorization) {
        return responding && !authorization.wildcard();
    }

    @Override
    public void present(Identifier identifier, Authorization.Challenge challenge) {
        board.present(identifier, challenge);
    }

    @Override
    public Optional<Problem> check(Identifier identifier, Authorization.Challenge challenge) {
        return selfCheck.run(identifier, challenge);
    }

    @Override
    public void withdraw(Identifier identifier, Authorization.Challenge challenge) {
        board.withdraw(challenge);
    }
}
