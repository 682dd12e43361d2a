package dev.perennial.orders.requests;

import static dev.perennial.orders.parts.ServiceFixture.problems;
import static org.assertj.core.api.Assertions.assertThat;

import dev.perennial.events.CertificateRequested;
import dev.perennial.events.ErrorCode;
import dev.perennial.events.Problem;
import dev.perennial.events.RequestedIdentifier;
import dev.perennial.events.Topic;
import dev.perennial.orders.access.AccessInterface;
import dev.perennial.orders.access.Caller;
import dev.perennial.orders.parts.ServiceFixture;
import dev.perennial.orders.store.StoredOrder;
import dev.perennial.orders.submission.AcceptedOrder;
import dev.perennial.orders.submission.Submission;
import dev.perennial.orders.submission.SubmissionResult;
import dev.perennial.rules.access.Grant;
import dev.perennial.rules.access.Principal;
import dev.perennial.rules.access.Role;
import dev.perennial.rules.requests.OwnerPolicies;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The policy of an owner decides about requests over every interface. */
class OwnerPolicyIT {
    private static final String TWO_TEAMS = """
            {"otherOwners":"DENIED","owners":{
             "shop":{"allowedSuffixes":["shop.example.com"],"hosts":["web-1"],"issuers":["local","production"],
                     "keyTypes":["EC_P256"],"wildcards":false,"requiredLabels":["cost-centre"]},
             "blog":{"allowedSuffixes":["blog.example.com"]}}}""";

    private static final Caller SHOP_TOKEN =
            Caller.overRest(new Principal("token:shop", List.of(Grant.forOwner(Role.REQUESTER, "shop"))));
    private static final Caller SHOP_TOPIC = Caller.ofTopic(Topic.ofTeam("shop"));
    private static final Caller GENERAL_TOPIC = Caller.ofTopic(Topic.REQUESTS.topicName());

    private final ServiceFixture parts = new ServiceFixture();

    @Test
    void refusesNamesOfOtherTeamsOnEveryInterface() {
        parts.applyPolicy(TWO_TEAMS);

        for (Caller caller : List.of(SHOP_TOKEN, SHOP_TOPIC, GENERAL_TOPIC, ServiceFixture.CALLER)) {
            assertThat(problems(submit(caller, request("shop", "blog.example.com"))))
                    .extracting(Problem::detail)
                    .containsExactly("field 'identifiers': blog.example.com: owner 'shop' may request names below"
                            + " [shop.example.com] only; rule owners.shop.allowedSuffixes");
            assertThat(submit(caller, request("shop", "shop.example.com")))
                    .isInstanceOf(SubmissionResult.Accepted.class);
        }
        assertThat(parts.count("certificate")).isEqualTo(4);
        assertThat(problems(submit(GENERAL_TOPIC, request("wiki", "wiki.example.com"))))
                .extracting(Problem::code)
                .containsExactly(ErrorCode.FORBIDDEN_FOR_OWNER);
    }

    @Test
    void appliesAChangeToTheNextRequest() {
        assertThat(submit(SHOP_TOKEN, request("shop", "other.example.com")))
                .isInstanceOf(SubmissionResult.Accepted.class);

        parts.applyPolicy(TWO_TEAMS);
        assertThat(submit(SHOP_TOKEN, request("shop", "other.example.com")))
                .isInstanceOf(SubmissionResult.Refused.class);

        parts.applyPolicy("{}");
        assertThat(submit(SHOP_TOKEN, request("shop", "other.example.com")))
                .isInstanceOf(SubmissionResult.Accepted.class);
    }

    /** Names that are not valid belong to no owner for which the sender could have proven its right. */
    @Test
    void doesNotShowThePolicyOfAnotherOwner() {
        parts.applyPolicy(TWO_TEAMS);
        CertificateRequested unclear = new CertificateRequested(
                "No Name",
                "blog",
                List.of(new RequestedIdentifier("dns", "shop.example.com")),
                Optional.empty(),
                Optional.empty(),
                List.of(),
                Map.of());

        assertThat(problems(submit(SHOP_TOKEN, unclear))).isNotEmpty().noneMatch(problem -> problem.detail()
                .contains("blog.example.com"));
        assertThat(problems(submit(SHOP_TOKEN, request("blog", "shop.example.com"))))
                .extracting(Problem::code)
                .containsExactly(ErrorCode.ACCESS_DENIED);
    }

    @Test
    void omitsARehearsalAtAnIssuerThatTheOwnerMayNotUse() {
        assertThat(order(request("shop", "before.example.com")).isRehearsal()).isTrue();

        parts.applyPolicy(TWO_TEAMS);

        assertThat(order(request("shop", "after.shop.example.com")).isRehearsal())
                .isFalse();
    }

    private StoredOrder order(CertificateRequested request) {
        return parts.order(ServiceFixture.accepted(submit(
                SHOP_TOKEN,
                new CertificateRequested(
                        request.name(),
                        request.owner(),
                        request.identifiers(),
                        Optional.of("production"),
                        Optional.empty(),
                        List.of(),
                        request.labels()))));
    }

    @Test
    void decidesAboutADryRunAsAboutARequest() {
        parts.applyPolicy(TWO_TEAMS);
        RequestDryRun dryRun = new RequestDryRun(parts.requestPolicy);

        for (Caller caller : List.of(SHOP_TOKEN, SHOP_TOPIC, GENERAL_TOPIC, ServiceFixture.CALLER)) {
            for (CertificateRequested request : List.of(
                    request("shop", "shop.example.com"),
                    request("shop", "blog.example.com"),
                    request("blog", "blog.example.com"),
                    request("blog", "*.blog.example.com"),
                    request("wiki", "shop.example.com"),
                    request("No Owner", "example.org"))) {
                RequestDryRun.Result decided = parts.database.inTransaction(tx -> dryRun.decide(
                        tx, caller.principal(), parts.ownerPolicy.read(tx), request, parts.clock.instant()));
                SubmissionResult<AcceptedOrder> result = submit(caller, request);

                if (decided.access().isAllowed()) {
                    assertThat(
                                    result instanceof SubmissionResult.Refused<AcceptedOrder> refused
                                            ? refused.problems()
                                            : List.of())
                            .isEqualTo(decided.problems());
                } else {
                    assertThat(decided.problems().getFirst().code()).isEqualTo(ErrorCode.ACCESS_DENIED);
                }
                assertThat(decided.problems().isEmpty())
                        .as("%s for %s", caller.principal().id(), request.owner())
                        .isEqualTo(result instanceof SubmissionResult.Accepted);
            }
        }
    }

    /** A request may move a certificate only with the right at both issuers. */
    @Test
    void deniesTheDryRunOfAMoveWithoutTheRightAtBothIssuers() {
        CertificateRequested request = named(SHOP_TOKEN, request("shop", "shop.example.com"));
        submit(SHOP_TOKEN, request("shop", "shop.example.com"));
        Principal staging = new Principal(
                "token:staging", List.of(new Grant(Role.REQUESTER, Set.of("shop"), Set.of("*"), Set.of("staging"))));
        CertificateRequested moved = new CertificateRequested(
                request.name(),
                "shop",
                request.identifiers(),
                Optional.of("staging"),
                Optional.empty(),
                List.of(),
                Map.of());

        RequestDryRun.Result decided = parts.database.inTransaction(tx -> new RequestDryRun(parts.requestPolicy)
                .decide(tx, staging, OwnerPolicies.NONE, moved, parts.clock.instant()));

        assertThat(decided.access().isAllowed()).isFalse();
        assertThat(decided.problems()).extracting(Problem::code).containsExactly(ErrorCode.ACCESS_DENIED);
    }

    @Test
    void changesNothingByADryRun() {
        RequestDryRun dryRun = new RequestDryRun(parts.requestPolicy);

        RequestDryRun.Result decided = parts.database.inTransaction(tx -> dryRun.decide(
                tx,
                SHOP_TOKEN.principal(),
                OwnerPolicies.NONE,
                request("shop", "shop.example.com"),
                parts.clock.instant()));

        assertThat(decided.problems()).isEmpty();
        assertThat(decided.acceptable().orElseThrow().spec().issuer()).isEqualTo("local");
        for (String table : List.of("certificate", "certificate_order", "inbox", "outbox", "access_decision")) {
            assertThat(parts.count(table)).as(table).isZero();
        }
    }

    private SubmissionResult<AcceptedOrder> submit(Caller caller, CertificateRequested request) {
        return parts.certificateRequests.submit(new Submission<>(
                caller,
                "test",
                caller.principal().id() + System.nanoTime(),
                Optional.empty(),
                caller.via() == AccessInterface.REST,
                Optional.empty(),
                named(caller, request)));
    }

    /** Each caller has its own certificates. */
    private static CertificateRequested named(Caller caller, CertificateRequested request) {
        return new CertificateRequested(
                request.name().contains(" ")
                        ? request.name()
                        : request.name() + "-"
                                + Math.abs(caller.principal().id().hashCode()),
                request.owner(),
                request.identifiers(),
                request.issuer(),
                request.keyType(),
                request.targets(),
                request.labels());
    }

    private static CertificateRequested request(String owner, String name) {
        return new CertificateRequested(
                name.replace("*", "any"),
                owner,
                List.of(new RequestedIdentifier("dns", name)),
                Optional.empty(),
                Optional.empty(),
                List.of(),
                Map.of("cost-centre", "42"));
    }
}
