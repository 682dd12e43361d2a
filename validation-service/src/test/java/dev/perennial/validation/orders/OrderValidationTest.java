package dev.perennial.validation.orders;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.perennial.acme.Authorization;
import dev.perennial.acme.Authorization.Status;
import dev.perennial.acme.OrderProgress;
import dev.perennial.events.ErrorCode;
import dev.perennial.events.Identifier;
import dev.perennial.events.IpAddress;
import dev.perennial.events.Order;
import dev.perennial.events.OrderRejected.IdentifierProblem;
import dev.perennial.events.Problem;
import dev.perennial.events.RetryLater;
import dev.perennial.validation.challenges.ChallengeSolver;
import dev.perennial.validation.selection.ChallengeRules;
import dev.perennial.validation.selfcheck.SelfCheck;
import dev.perennial.validation.selfcheck.SelfCheckProbe;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

class OrderValidationTest {
    private final FakeAcmeAccount account = new FakeAcmeAccount();
    private final FakeSolver solver = new FakeSolver();
    private final PresentedChallenges presented = new PresentedChallenges(new ChallengeUses());
    private final OrderValidation validation = new OrderValidation(
            List.of(solver),
            issuer -> ChallengeRules.none(),
            Duration.ofMillis(50),
            Duration.ofMinutes(2),
            SampleOrders.REACHABLE,
            2);
    private final List<URI> urls = new ArrayList<>();

    @Test
    void presentsRespondsAndWithdraws() {
        show("a.example.com", Status.PENDING);
        show("b.example.com", Status.PENDING);
        account.verdicts.add(() -> {
            assertThat(solver.presented).containsExactlyInAnyOrder("t-a-example-com", "t-b-example-com");
            return new OrderProgress.Ready();
        });

        ValidationResult verdict = validation.run(order(), account, presented);

        assertThat(verdict).isEqualTo(new ValidationResult.Authorized());
        assertThat(account.answered).containsExactlyInAnyOrder("t-a-example-com", "t-b-example-com");
        assertThat(solver.presented).isEmpty();
    }

    @Test
    void skipsValidAuthorizations() {
        show("a.example.com", Status.VALID);

        assertThat(validation.run(order(), account, presented)).isEqualTo(new ValidationResult.Authorized());

        assertThat(account.answered).isEmpty();
        assertThat(solver.withdrawn).as("possibly presented by an earlier run").containsExactly("t-a-example-com");
    }

    @Test
    void doesNotRespondIfTheSelfCheckFails() {
        show("a.example.com", Status.PENDING);
        show("b.example.com", Status.PENDING);
        solver.failingNames.add("b.example.com");

        ValidationResult verdict = validation.run(order(), account, presented);

        assertThat(problems(verdict)).singleElement().satisfies(p -> {
            assertThat(p.identifier()).isEqualTo(Identifier.dns("b.example.com"));
            assertThat(p.problem().code()).isEqualTo(ErrorCode.SELF_CHECK_FAILED);
        });
        assertThat(account.answered).isEmpty();
        assertThat(solver.presented).isEmpty();
    }

    @Test
    void reportsEachRefusedIdentifier() {
        show("a.example.com", Status.PENDING);
        show("b.example.com", Status.PENDING);
        account.verdicts.add(() -> {
            show("b.example.com", Status.INVALID, Problem.of(ErrorCode.CHALLENGE_FAILED, "not found"));
            return new OrderProgress.Invalid(Problem.of(ErrorCode.CHALLENGE_FAILED, "invalid"));
        });

        ValidationResult verdict = validation.run(order(), account, presented);

        assertThat(problems(verdict)).singleElement().satisfies(p -> {
            assertThat(p.identifier()).isEqualTo(Identifier.dns("b.example.com"));
            assertThat(p.problem().detail()).isEqualTo("not found");
        });
        assertThat(solver.presented).isEmpty();
    }

    @Test
    void rejectsAnExpiredAuthorizationAtOnce() {
        show("a.example.com", Status.PENDING);
        show("b.example.com", Status.EXPIRED);

        assertThat(problems(validation.run(order(), account, presented)))
                .singleElement()
                .satisfies(p -> assertThat(p.identifier()).isEqualTo(Identifier.dns("b.example.com")));
        assertThat(account.answered).isEmpty();
    }

    @Test
    void reportsAWildcardUnderItsOrderedName() {
        URI url = url("a.example.com");
        account.authorizations.put(
                url, new Authorization(url, Identifier.dns("a.example.com"), true, Status.PENDING, List.of()));
        urls.add(url);

        assertThat(problems(validation.run(order(), account, presented)))
                .singleElement()
                .satisfies(p -> {
                    assertThat(p.identifier()).isEqualTo(Identifier.dns("*.a.example.com"));
                    assertThat(p.problem().code()).isEqualTo(ErrorCode.NO_USABLE_CHALLENGE);
                });
    }

    @Test
    void acceptsAnOrderThatIsAlreadyFinalized() {
        show("a.example.com", Status.PENDING);
        account.verdicts.add(() -> new OrderProgress.Valid(URI.create("https://ca.example.com/certificate")));
        assertThat(validation.run(order(), account, presented)).isEqualTo(new ValidationResult.Authorized());
    }

    @Test
    void keepsTheResponseWhileTheCaMayValidate() {
        show("a.example.com", Status.PENDING);
        account.verdicts.add(() -> {
            throw new RetryLater(Problem.of(ErrorCode.CA_UNAVAILABLE, "down"));
        });

        assertThatExceptionOfType(RetryLater.class).isThrownBy(() -> validation.run(order(), account, presented));
        assertThat(solver.presented).containsExactly("t-a-example-com");

        presented.withdraw();
        assertThat(solver.presented).isEmpty();
    }

    @Test
    void withdrawsWhenTheCaDecidesInALaterAttempt() {
        show("a.example.com", Status.PENDING);
        account.verdicts.add(() -> {
            throw new RetryLater(Problem.of(ErrorCode.CA_UNAVAILABLE, "down"));
        });
        assertThatExceptionOfType(RetryLater.class).isThrownBy(() -> validation.run(order(), account, presented));

        account.verdicts.add(() -> new OrderProgress.Ready());
        assertThat(validation.run(order(), account, presented)).isEqualTo(new ValidationResult.Authorized());
        assertThat(solver.presented).isEmpty();
    }

    @Test
    void rejectsAnOrderThatNoLongerExists() {
        show("a.example.com", Status.PENDING);
        account.verdicts.add(() -> {
            throw new RetryLater(Problem.of(ErrorCode.ORDER_EXPIRED, "gone"));
        });

        assertThat(problems(validation.run(order(), account, presented)))
                .extracting(p -> p.problem().code())
                .containsOnly(ErrorCode.ORDER_EXPIRED);
    }

    @Test
    void checksNoIdentifierThatIsNotInTheOrder() throws IOException {
        try (ServerSocket target = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            for (Identifier foreign : List.of(
                    Identifier.ip(IpAddress.parse("127.0.0.1")),
                    Identifier.dns("localhost.example.net"),
                    Identifier.dns("example.com"))) {
                urls.clear();
                account.authorizations.clear();
                show("a.example.com", Status.PENDING);
                Order order = order();
                URI url = url("a.example.com");
                account.authorizations.put(
                        url,
                        new Authorization(
                                url,
                                foreign,
                                false,
                                Status.PENDING,
                                account.authorizations.get(url).challenges()));
                OrderValidation connecting = new OrderValidation(
                        List.of(new ConnectingSolver(target.getLocalPort())),
                        issuer -> ChallengeRules.none(),
                        Duration.ofMillis(50),
                        Duration.ofMinutes(2),
                        SampleOrders.REACHABLE,
                        2);

                assertThatExceptionOfType(RetryLater.class)
                        .isThrownBy(() -> connecting.run(order, account, presented))
                        .satisfies(e -> {
                            assertThat(e.problem().code()).isEqualTo(ErrorCode.CA_MISBEHAVED);
                            assertThat(e.problem().evidence().orElseThrow()).contains(foreign.value());
                        });
            }
            target.setSoTimeout(1);
            assertThatExceptionOfType(SocketTimeoutException.class).isThrownBy(target::accept);
        }
        assertThat(account.answered).isEmpty();
    }

    /** The real self-check, connecting to whatever address it is given. */
    private record ConnectingSolver(int port) implements ChallengeSolver {
        @Override
        public String challengeType() {
            return Authorization.Challenge.HTTP_01;
        }

        @Override
        public boolean supports(Authorization authorization) {
            return true;
        }

        @Override
        public void present(Identifier identifier, Authorization.Challenge challenge) {}

        @Override
        public Optional<Problem> check(Identifier identifier, Authorization.Challenge challenge) {
            SelfCheckProbe connect = (address, id, any) -> {
                try (Socket socket = new Socket(address, port)) {
                    return socket.isConnected()
                            ? Optional.empty()
                            : Optional.of(id).map(OrderValidationTest::failed);
                } catch (IOException e) {
                    return Optional.of(failed(id));
                }
            };
            return new SelfCheck(name -> List.of(InetAddress.getLoopbackAddress()), connect, Duration.ofMillis(10))
                    .run(identifier, challenge);
        }

        @Override
        public void withdraw(Identifier identifier, Authorization.Challenge challenge) {}
    }

    private static Problem failed(Identifier identifier) {
        return Problem.of(ErrorCode.SELF_CHECK_FAILED, identifier.value());
    }

    /** The CA answered two requests for the same names with one order. */
    @Test
    void keepsAResponseThatAnotherDeliveryUses() {
        ChallengeUses uses = new ChallengeUses();
        PresentedChallenges first = new PresentedChallenges(uses);
        PresentedChallenges second = new PresentedChallenges(uses);
        show("a.example.com", Status.PENDING);
        show("b.example.com", Status.PENDING);
        account.verdicts.add(() -> {
            // While the CA validates the first order, the self-check of the second one fails for its other name.
            solver.failingNames.add("b.example.com");
            assertThat(validation.run(order(), account, second)).isInstanceOf(ValidationResult.Rejected.class);
            assertThat(solver.presented).contains("t-a-example-com", "t-b-example-com");
            return new OrderProgress.Ready();
        });

        assertThat(validation.run(order(), account, first)).isEqualTo(new ValidationResult.Authorized());

        assertThat(solver.presented).isEmpty();
    }

    /** Each way to a rejection, prepared in the test. */
    private enum Rejection {
        AUTHORIZATION_FAILED,
        SELF_CHECK_FAILED,
        NO_USABLE_CHALLENGE,
        AUTHORIZATION_GONE,
        ORDER_INVALID
    }

    static Stream<Arguments> rejectionsOfFinalizedOrders() {
        List<OrderProgress> finalized = List.of(
                new OrderProgress.Ready(),
                new OrderProgress.Processing(Optional.empty()),
                new OrderProgress.Valid(URI.create("https://ca.example.com/certificate")));
        return Arrays.stream(Rejection.values())
                .flatMap(rejection -> finalized.stream().map(progress -> Arguments.of(rejection, progress)));
    }

    @ParameterizedTest
    @MethodSource("rejectionsOfFinalizedOrders")
    void rejectsNoOrderThatTheCaCanIssue(Rejection rejection, OrderProgress progress) {
        prepare(rejection);
        account.status = () -> progress;

        assertThat(validation.run(order(), account, presented)).isEqualTo(new ValidationResult.Authorized());
    }

    @ParameterizedTest
    @EnumSource
    void rejectsAnOrderThatTheCaHasOrHadPending(Rejection rejection) {
        for (OrderProgress progress : List.of(
                new OrderProgress.Pending(Optional.empty()),
                new OrderProgress.Invalid(Problem.of(ErrorCode.ORDER_EXPIRED, "404")))) {
            prepare(rejection);
            account.status = () -> progress;

            assertThat(validation.run(order(), account, presented)).isInstanceOf(ValidationResult.Rejected.class);
        }
    }

    @ParameterizedTest
    @EnumSource
    void decidesNothingIfTheStatusOfTheOrderIsUnknown(Rejection rejection) {
        prepare(rejection);
        account.status = () -> {
            throw new RetryLater(Problem.of(ErrorCode.CA_UNAVAILABLE, "down"));
        };

        assertThatExceptionOfType(RetryLater.class)
                .isThrownBy(() -> validation.run(order(), account, presented))
                .satisfies(e -> assertThat(e.problem().code()).isEqualTo(ErrorCode.CA_UNAVAILABLE));
    }

    private void prepare(Rejection rejection) {
        String name = "a.example.com";
        switch (rejection) {
            case AUTHORIZATION_FAILED -> show(name, Status.EXPIRED);
            case SELF_CHECK_FAILED -> {
                show(name, Status.PENDING);
                solver.failingNames.add(name);
            }
            case NO_USABLE_CHALLENGE -> {
                show(name, Status.PENDING);
                account.authorizations.put(
                        url(name),
                        new Authorization(url(name), Identifier.dns(name), false, Status.PENDING, List.of()));
            }
            case AUTHORIZATION_GONE -> {
                show(name, Status.PENDING);
                account.failure = new RetryLater(Problem.of(ErrorCode.ORDER_EXPIRED, "gone"));
            }
            case ORDER_INVALID -> {
                show(name, Status.PENDING);
                account.verdicts.add(
                        () -> new OrderProgress.Invalid(Problem.of(ErrorCode.CHALLENGE_FAILED, "invalid")));
            }
        }
    }

    private void show(String name, Status status) {
        show(name, status, null);
    }

    private void show(String name, Status status, Problem problem) {
        URI url = url(name);
        String token = "t-" + name.replace('.', '-');
        var challenge = new Authorization.Challenge(
                "http-01", URI.create(url + "/challenge"), token, token + ".thumbprint", Optional.ofNullable(problem));
        account.authorizations.put(
                url, new Authorization(url, Identifier.dns(name), false, status, List.of(challenge)));
        if (!urls.contains(url)) {
            urls.add(url);
        }
    }

    private static URI url(String name) {
        return URI.create("https://ca.example.com/authorization/" + name);
    }

    private Order order() {
        return SampleOrders.of(
                urls,
                account.authorizations.values().stream()
                        .map(Authorization::ordered)
                        .toList());
    }

    private static List<IdentifierProblem> problems(ValidationResult verdict) {
        return ((ValidationResult.Rejected) verdict).problems();
    }
}
