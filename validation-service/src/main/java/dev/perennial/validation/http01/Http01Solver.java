package dev.perennial.validation.http01;

import dev.perennial.acme.Authorization;
import dev.perennial.dns.AddressLookup;
import dev.perennial.dns.DnsConfig;
import dev.perennial.events.Identifier;
import dev.perennial.events.Problem;
import dev.perennial.platform.probe.ChallengeFetch;
import dev.perennial.validation.challenges.ChallengePublisher;
import dev.perennial.validation.challenges.ChallengeSolver;
import dev.perennial.validation.selfcheck.SelfCheck;
import io.vertx.core.Vertx;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.Optional;

/** Solves http-01 challenges with responses over plain HTTP. */
@ApplicationScoped
class Http01Solver implements ChallengeSolver {
    private final ChallengePublisher publisher;
    private final SelfCheck selfCheck;

    @Inject
    Http01Solver(ChallengePublisher publisher, Vertx vertx, Http01Config config, DnsConfig dns) {
        this(
                publisher,
                new SelfCheck(
                        AddressLookup.of(dns),
                        new HttpProbe(new ChallengeFetch(vertx, config.port(), config.requestTimeout())),
                        config.selfCheckTimeout()));
    }

    Http01Solver(ChallengePublisher publisher, SelfCheck selfCheck) {
        this.publisher = publisher;
        this.selfCheck = selfCheck;
    }

    @Override
    public String challengeType() {
        return Authorization.Challenge.HTTP_01;
    }

    @Override
    public boolean supports(Authorization authorization) {
        return !authorization.wildcard();
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
