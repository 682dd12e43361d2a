package dev.perennial.validation.tlsalpn01;

import static org.assertj.core.api.Assertions.assertThat;

import dev.perennial.acme.AcmeAccount;
import dev.perennial.acme.Authorization;
import dev.perennial.acme.NewOrderResult;
import dev.perennial.acme.OrderProgress;
import dev.perennial.dns.AddressLookup;
import dev.perennial.events.AcmeOrder;
import dev.perennial.events.Identifier;
import dev.perennial.platform.probe.AcmeHandshake;
import dev.perennial.testbed.Stack;
import dev.perennial.testbed.StackPart;
import dev.perennial.validation.challenges.ChallengePublisher;
import dev.perennial.validation.challenges.ChallengeSolver;
import dev.perennial.validation.challenges.LiveChallenges;
import dev.perennial.validation.selfcheck.SelfCheck;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import java.security.KeyPairGenerator;
import java.time.Clock;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Runs against Pebble, without an http-01 responder. */
class TlsAlpn01IT {
    private static final Duration INITIAL_DELAY = Duration.ofMillis(50);
    private static final Duration TIMEOUT = Duration.ofSeconds(30);

    private static Stack stack;
    private static AcmeAccount account;
    private static TlsAlpn01Responder responder;
    private static ChallengeSolver solver;

    @BeforeAll
    static void start() {
        stack = Stack.builder().only(StackPart.CA).start();
        account = TestbedAccount.at(stack);
        int port = stack.pebble().tlsAlpn01Port();
        var live = new LiveChallenges(InstantSource.system());
        responder = new TlsAlpn01Responder(live, ResponderSettings.MANY.on(port), new SimpleMeterRegistry());
        responder.start(new StartupEvent());
        var publisher = new ChallengePublisher(event -> {}, token -> {}, live, Duration.ofHours(1), Clock.systemUTC());
        var selfCheck = new SelfCheck(
                AddressLookup.of(() -> Optional.of(stack.dns().resolver())),
                new TlsAlpnProbe(new AcmeHandshake(port, Duration.ofSeconds(5))),
                Duration.ofSeconds(10));
        solver = new TlsAlpn01Solver(publisher, selfCheck, true);
    }

    @AfterAll
    static void stop() {
        responder.stop(new ShutdownEvent());
        stack.close();
    }

    @Test
    void issuesACertificateForNamesAndAnAddress() throws Exception {
        List<Identifier> names =
                List.of(Identifier.dns("shop.test"), Identifier.dns("www.shop.test"), Identifier.of("127.0.0.1"));
        AcmeOrder order = place(names);

        List<Authorization.Challenge> challenges = order.authorizationUrls().stream()
                .map(account::authorization)
                .map(TlsAlpn01IT::presentAndCheck)
                .toList();
        challenges.forEach(account::respond);

        assertThat(account.await(order, INITIAL_DELAY, TIMEOUT)).isInstanceOf(OrderProgress.Ready.class);
        challenges.forEach(challenge -> solver.withdraw(names.getFirst(), challenge));
        var key = KeyPairGenerator.getInstance("EC").generateKeyPair();
        account.finalizeOrder(order, names, key);
        var issued = (OrderProgress.Valid) account.await(order, INITIAL_DELAY, TIMEOUT);
        assertThat(account.download(issued.certificateUrl()).getFirst().getSubjectAlternativeNames())
                .containsExactlyInAnyOrder(
                        List.of(2, "shop.test"), List.of(2, "www.shop.test"), List.of(7, "127.0.0.1"));
    }

    @Test
    void isRefusedWithAnotherKeyAuthorization() {
        AcmeOrder order = place(List.of(Identifier.dns("wrong.test")));
        Authorization authorization =
                account.authorization(order.authorizationUrls().getFirst());
        Authorization.Challenge challenge = challenge(authorization);
        solver.present(
                authorization.identifier(),
                new Authorization.Challenge(
                        challenge.type(), challenge.url(), challenge.token(), "another.answer", Optional.empty()));

        account.respond(challenge);

        assertThat(account.await(order, INITIAL_DELAY, TIMEOUT)).isInstanceOf(OrderProgress.Invalid.class);
    }

    private static AcmeOrder place(List<Identifier> names) {
        return ((NewOrderResult.Placed) account.place(names)).order();
    }

    private static Authorization.Challenge presentAndCheck(Authorization authorization) {
        Authorization.Challenge challenge = challenge(authorization);
        solver.present(authorization.identifier(), challenge);
        assertThat(solver.check(authorization.identifier(), challenge)).isEmpty();
        return challenge;
    }

    private static Authorization.Challenge challenge(Authorization authorization) {
        return authorization.challenge(solver.challengeType()).orElseThrow();
    }
}
