package dev.perennial.orders.approvals;

import static dev.perennial.orders.parts.ServiceFixture.problems;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.perennial.events.ApprovalId;
import dev.perennial.events.CertificateRequested;
import dev.perennial.events.ErrorCode;
import dev.perennial.events.Problem;
import dev.perennial.events.RequestedIdentifier;
import dev.perennial.events.Topic;
import dev.perennial.orders.access.Caller;
import dev.perennial.orders.access.ServiceTokens;
import dev.perennial.orders.approvals.Approvals.Outcome;
import dev.perennial.orders.database.Json;
import dev.perennial.orders.parts.ServiceFixture;
import dev.perennial.orders.requests.RequestDryRun;
import dev.perennial.orders.submission.AcceptedOrder;
import dev.perennial.orders.submission.Submission;
import dev.perennial.orders.submission.SubmissionResult;
import dev.perennial.rules.access.Action;
import dev.perennial.rules.access.ConfiguredGrant;
import dev.perennial.rules.access.Grant;
import dev.perennial.rules.access.Membership;
import dev.perennial.rules.access.OwnerClaim;
import dev.perennial.rules.access.Principal;
import dev.perennial.rules.access.Resource;
import dev.perennial.rules.access.Role;
import dev.perennial.rules.approvals.ApprovalNeed;
import dev.perennial.rules.approvals.ApprovalState;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Requests for certificates that wait for an approval by the policy of their owner. */
class ApprovalsIT {
    private static final String POLICY = """
            {"owners":{"shop":{"approvals":{"requests":{"role":"approver","expiresAfter":"2d"}}}}}""";
    private static final String ADMIN_POLICY = POLICY.replace("approver", "admin");

    private static final String FAILED = """
            UPDATE certificate_order SET state = 'FAILED', due_at = NULL, problem = '{"code":"ca-refused","detail":"no"}'""";

    private static final Caller SHOP = user("shop", Grant.forOwner(Role.REQUESTER, "shop"));
    private static final Caller TOPIC = Caller.ofTopic(Topic.ofTeam("shop"));
    private static final Caller APPROVER = user("approver", Grant.forOwner(Role.APPROVER, "shop"));
    private static final Caller ADMIN = user("admin", Grant.everywhere(Role.ADMIN));

    private final ServiceFixture parts = new ServiceFixture();

    @BeforeEach
    void requireApprovals() {
        parts.applyPolicy(POLICY);
    }

    @Test
    void hasNoEffectBeforeTheApprovalAndItsEffectWithIt() {
        ApprovalId id = waiting(submit(SHOP, "r1", request("web", "www.example.com")));

        assertThat(parts.count("certificate")).isZero();
        assertThat(parts.count("certificate_order")).isZero();
        assertThat(parts.facts()).containsExactly("approval.requested");

        StoredApproval approved = decided(parts.approvals.approve(APPROVER, id, Optional.of("as agreed")));

        assertThat(approved.state()).isEqualTo(ApprovalState.APPROVED);
        assertThat(approved.decidedBy()).contains("user:approver");
        assertThat(approved.comment()).contains("as agreed");
        assertThat(parts.count("certificate_order")).isEqualTo(1);
        assertThat(parts.facts()).containsExactly("approval.requested", "certificate.accepted", "approval.decided");
        AcceptedOrder answer = Json.read(approved.result().orElseThrow(), AcceptedOrder.class);
        assertThat(submit(SHOP, "r1", request("web", "www.example.com")))
                .as("a repetition gets the answer")
                .isEqualTo(new SubmissionResult.Accepted<>(answer));
        assertThat(texts("SELECT detail ->> 'approvedBy' FROM timeline")).containsExactly("user:approver");
    }

    @Test
    void announcesWhoMayDecideAndUntilWhen() {
        ApprovalId id = waiting(submit(TOPIC, "r1", request("web", "www.example.com")));

        JsonNode requested = fact("approval.requested");
        assertThat(requested.get("approvalId").asText()).isEqualTo(id.toString());
        assertThat(requested.get("requestId").asText()).isEqualTo("r1");
        assertThat(requested.get("requester").asText()).isEqualTo("topic:certificate.requests.shop");
        assertThat(requested.get("action").asText()).isEqualTo("certificate:request");
        assertThat(requested.get("role").asText()).isEqualTo("approver");
        assertThat(Instant.parse(requested.get("expiresAt").asText()))
                .isBetween(
                        parts.clock.instant().plus(Duration.ofHours(47)),
                        parts.clock.instant().plus(Duration.ofDays(2)));
    }

    @Test
    void answersARequestOverKafkaAfterTheDecision() {
        parts.approvals.approve(
                APPROVER, waiting(submit(TOPIC, "r1", request("one", "one.example.com"))), Optional.empty());
        assertThat(fact("certificate.accepted").get("requestId").asText()).isEqualTo("r1");

        parts.approvals.reject(
                APPROVER, waiting(submit(TOPIC, "r2", request("two", "two.example.com"))), Optional.of("not ours"));

        JsonNode refused = fact("certificate.refused");
        assertThat(refused.get("requestId").asText()).isEqualTo("r2");
        assertThat(refused.at("/problems/0/code").asText()).isEqualTo("approval-rejected");
        assertThat(refused.at("/problems/0/detail").asText()).contains("user:approver", "not ours");
        assertThat(fact("approval.decided").get("outcome").asText()).isEqualTo("REJECTED");
        assertThat(parts.count("certificate")).isEqualTo(1);
        assertThat(problems(submit(TOPIC, "r2", request("two", "two.example.com"))))
                .extracting(Problem::code)
                .containsExactly(ErrorCode.APPROVAL_REJECTED);
    }

    @Test
    void waitsOnceForTheSameRequest() {
        CertificateRequested request = request("web", "www.example.com");
        ApprovalId id = waiting(submit(SHOP, "r1", request));

        assertThat(waiting(submit(SHOP, "r1", request))).as("the same id").isEqualTo(id);
        assertThat(waiting(submit(SHOP, "r2", request))).as("the same content").isEqualTo(id);
        assertThat(waiting(submit(TOPIC, "r1", request)))
                .as("another requester")
                .isNotEqualTo(id);
        assertThat(waiting(submit(SHOP, "r3", request("web", "other.example.com"))))
                .isNotEqualTo(id);

        parts.approvals.approve(APPROVER, id, Optional.empty());
        assertThat(submit(SHOP, "r2", request))
                .as("the second id finds the order of the first one")
                .isInstanceOf(SubmissionResult.Accepted.class);
        assertThat(parts.count("certificate_order")).isEqualTo(1);
    }

    @Test
    void answersEachRequestOfTheSameContentWithItsApproval() {
        CertificateRequested request = request("web", "www.example.com");
        submit(TOPIC, "r1", request);
        submit(TOPIC, "r2", request);

        assertThat(texts("SELECT convert_from(data, 'UTF8')::jsonb ->> 'requestId' FROM outbox ORDER BY seq"))
                .containsExactly("r1", "r2");
        assertThat(parts.count("approval")).isEqualTo(1);
    }

    /** One of many concurrent writers creates the row. */
    @Test
    void waitsOnceForConcurrentRequests() throws Exception {
        CertificateRequested request = request("web", "www.example.com");
        List<Future<ApprovalId>> ids = new ArrayList<>();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < 8; i++) {
                String requestId = "r" + i;
                ids.add(threads.submit(() -> waiting(submit(SHOP, requestId, request))));
            }
        }

        ApprovalId first = ids.getFirst().get();
        for (Future<ApprovalId> id : ids) {
            assertThat(id.get()).isEqualTo(first);
        }
        assertThat(parts.count("approval")).isEqualTo(1);
    }

    @Test
    void letsOneOfTwoConcurrentDecisionsWin() throws Exception {
        ApprovalId id = waiting(submit(SHOP, "r1", request("web", "www.example.com")));
        List<Future<Outcome>> outcomes = new ArrayList<>();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < 8; i++) {
                Caller caller = user("approver-" + i, Grant.forOwner(Role.APPROVER, "shop"));
                boolean approves = i % 2 == 0;
                outcomes.add(threads.submit(() -> approves
                        ? parts.approvals.approve(caller, id, Optional.empty())
                        : parts.approvals.reject(caller, id, Optional.empty())));
            }
        }

        int decided = 0;
        for (Future<Outcome> outcome : outcomes) {
            if (outcome.get() instanceof Outcome.Decided) {
                decided++;
            } else {
                assertThat(conflict(outcome.get())).containsAnyOf("it is approved already", "it is rejected already");
            }
        }
        assertThat(decided).isEqualTo(1);
        assertThat(parts.count("certificate_order")).isLessThanOrEqualTo(1);
    }

    @Test
    void neverLetsTheRequesterDecide() {
        Caller both = user("both", Grant.forOwner(Role.REQUESTER, "shop"), Grant.everywhere(Role.ADMIN));
        ApprovalId id = waiting(submit(both, "r1", request("web", "www.example.com")));

        assertThat(denial(parts.approvals.approve(both, id, Optional.empty()))).contains("has made this request");
        assertThat(denial(parts.approvals.reject(both, id, Optional.empty()))).contains("has made this request");
        assertThat(denial(parts.approvals.approve(SHOP, id, Optional.empty()))).contains("the role approver or admin");
        assertThat(denial(parts.approvals.approve(
                        user("blog", Grant.forOwner(Role.APPROVER, "blog")), id, Optional.empty())))
                .contains("approver of owner blog");
        assertThat(
                        texts(
                                "SELECT DISTINCT principal FROM access_decision WHERE action = 'approval:decide' AND NOT allowed"))
                .containsExactlyInAnyOrder("user:both", "user:shop", "user:blog");
        assertThat(parts.count("certificate_order")).isZero();
    }

    /** An admin could otherwise be two principals. */
    @Test
    void neverLetsATokenDecideThatTheRequesterCreatedNorTheOneThatCreatedIt() {
        Caller requester = user("alice", Grant.everywhere(Role.ADMIN));
        Caller first = token(requester, "first", Grant.everywhere(Role.ADMIN));
        Caller second = token(first, "second", Grant.forOwner(Role.APPROVER, "shop"));
        Caller stranger = token(ADMIN, "stranger", Grant.forOwner(Role.APPROVER, "shop"));
        ApprovalId down = waiting(submit(requester, "r1", request("down", "down.example.com")));
        ApprovalId up = waiting(submit(
                token(first, "third", Grant.forOwner(Role.REQUESTER, "shop")), "r2", request("up", "up.example.com")));

        for (Caller created : List.of(first, second)) {
            assertThat(denial(parts.approvals.approve(created, down, Optional.empty())))
                    .contains("not two persons");
        }
        for (Caller creator : List.of(first, requester)) {
            assertThat(denial(parts.approvals.approve(creator, up, Optional.empty())))
                    .contains("not two persons");
        }
        assertThat(parts.approvals.approve(stranger, down, Optional.empty())).isInstanceOf(Outcome.Decided.class);
        assertThat(parts.approvals.approve(second, up, Optional.empty()))
                .as("siblings may be two persons")
                .isInstanceOf(Outcome.Decided.class);
    }

    @Test
    void refusesARequestWhoseTokenIsRevokedAlsoIfItsNameIsUsedAgain() {
        Caller requester = token(ADMIN, "ci", Grant.forOwner(Role.REQUESTER, "shop"));
        ApprovalId id = waiting(submit(requester, "r1", request("web", "www.example.com")));
        parts.database.inTransaction(tx -> tx.execute("UPDATE service_token SET revoked_at = now(), revoked_by = 'x'"));

        assertThat(conflict(parts.approvals.approve(APPROVER, id, Optional.empty())))
                .contains("token:ci, is revoked or has expired");
        token(ADMIN, "ci", Grant.forOwner(Role.REQUESTER, "shop"));
        assertThat(conflict(parts.approvals.approve(APPROVER, id, Optional.empty())))
                .contains("token:ci, is revoked or has expired");
        assertThat(parts.count("certificate_order")).isZero();
    }

    @Test
    void decidesAgainWithTheRightsAndThePolicyOfNow() {
        Caller requester = token(ADMIN, "ci", Grant.forOwner(Role.REQUESTER, "shop"));
        ApprovalId id = waiting(submit(requester, "r1", request("web", "www.example.com")));

        parts.applyPolicy("""
                {"owners":{"shop":{"allowedSuffixes":["shop.example.com"]}}}""");
        assertThat(problemsOf(parts.approvals.approve(APPROVER, id, Optional.empty())))
                .extracting(Problem::code)
                .containsExactly(ErrorCode.APPROVAL_CONFLICT, ErrorCode.FORBIDDEN_NAME);

        parts.applyPolicy(ADMIN_POLICY);
        assertThat(problemsOf(parts.approvals.approve(APPROVER, id, Optional.empty())))
                .extracting(Problem::detail)
                .anyMatch(detail -> detail.contains("requires the role admin now"));

        parts.database.inTransaction(
                tx -> tx.execute(
                        "UPDATE service_token SET grants = '[{\"role\":\"REQUESTER\",\"owners\":[\"blog\"],\"names\":[\"*\"],\"issuers\":[\"*\"]}]'"));
        Caller second = user("second", Grant.everywhere(Role.ADMIN));
        assertThat(problemsOf(parts.approvals.approve(second, id, Optional.empty())))
                .extracting(Problem::code)
                .containsExactly(ErrorCode.APPROVAL_CONFLICT, ErrorCode.ACCESS_DENIED);
        assertThat(parts.count("certificate")).isZero();
        assertThat(state(id)).isEqualTo(ApprovalState.WAITING);
    }

    @Test
    void expiresAlsoIfNoWorkerHasRecordedItYet() {
        ApprovalId id = waiting(submit(TOPIC, "r1", request("web", "www.example.com")));
        parts.database.inTransaction(tx -> tx.execute("UPDATE approval SET expires_at = now() - interval '1 second'"));

        assertThat(conflict(parts.approvals.approve(APPROVER, id, Optional.empty())))
                .contains("the time for its decision is over");
        parts.approvals.expire();
        parts.approvals.expire();

        assertThat(state(id)).isEqualTo(ApprovalState.EXPIRED);
        assertThat(conflict(parts.approvals.approve(APPROVER, id, Optional.empty())))
                .contains("it is expired already");
        assertThat(parts.facts()).containsExactly("approval.requested", "approval.decided", "certificate.refused");
        assertThat(fact("certificate.refused").at("/problems/0/code").asText()).isEqualTo("approval-expired");
    }

    /** The same request after the expiry waits again, whether or not the worker has recorded it. */
    @Test
    void waitsForANewApprovalAfterTheOldOneExpired() {
        ApprovalId id = waiting(submit(SHOP, "r1", request("web", "www.example.com")));
        parts.database.inTransaction(tx -> tx.execute("UPDATE approval SET expires_at = now() - interval '1 second'"));

        ApprovalId next = waiting(submit(SHOP, "r2", request("web", "www.example.com")));

        assertThat(next).isNotEqualTo(id);
        assertThat(state(id)).isEqualTo(ApprovalState.EXPIRED);
        assertThat(state(next)).isEqualTo(ApprovalState.WAITING);
    }

    /** The approval of the former token can never be given. */
    @Test
    void doesNotLetARepetitionOfANewTokenWaitForTheApprovalOfTheFormerOne() {
        Caller ci = token(ADMIN, "ci", Grant.forOwner(Role.REQUESTER, "shop"));
        ApprovalId former = waiting(submit(ci, "r1", request("web", "www.example.com")));
        parts.database.inTransaction(tx -> tx.execute("UPDATE service_token SET revoked_at = now(), revoked_by = 'x'"));
        token(ADMIN, "ci", Grant.forOwner(Role.REQUESTER, "shop"));

        ApprovalId id = waiting(submit(ci, "r1", request("web", "www.example.com")));

        assertThat(id).isNotEqualTo(former);
        assertThat(waiting(submit(ci, "r1", request("web", "www.example.com")))).isEqualTo(id);
        parts.approvals.reject(APPROVER, former, Optional.empty());
        assertThat(waiting(submit(ci, "r1", request("web", "www.example.com"))))
                .as("it does not depend on the former one")
                .isEqualTo(id);
        assertThat(parts.approvals.approve(APPROVER, id, Optional.empty())).isInstanceOf(Outcome.Decided.class);
        assertThat(submit(ci, "r1", request("web", "www.example.com"))).isInstanceOf(SubmissionResult.Accepted.class);
        assertThat(parts.count("certificate_order")).isEqualTo(1);
    }

    /** The claim of the members was renamed in the policy, and the token of the requester has the new one. */
    @Test
    void decidesWithTheRightsOfTheLastRepetition() {
        String members = POLICY.replace(
                "\"approvals\"",
                "\"claims\":[{\"provider\":\"corp\",\"claim\":\"%s\",\"value\":\"shop\",\"role\":\"requester\"}],\"approvals\"");
        for (String repetition : List.of("r1", "r2")) {
            parts.applyPolicy(members.formatted("groups"));
            ApprovalId id = waiting(submit(member("groups"), "r1", request(repetition, repetition + ".example.com")));
            parts.applyPolicy(members.formatted("teams"));
            assertThat(parts.approvals.approve(APPROVER, id, Optional.empty())).isInstanceOf(Outcome.Refused.class);

            assertThat(waiting(submit(member("teams"), repetition, request(repetition, repetition + ".example.com"))))
                    .isEqualTo(id);

            assertThat(parts.approvals.approve(APPROVER, id, Optional.empty())).isInstanceOf(Outcome.Decided.class);
            parts.database.inTransaction(tx -> tx.execute("DELETE FROM inbox"));
        }
    }

    @Test
    void refusesTheRequestOfAPersonByARuleThatIsNotConfiguredAnyMore() {
        Caller paula = Caller.overRest(new Principal(
                "user:paula",
                List.of(),
                List.of(new ConfiguredGrant("corp", "the rule", Grant.forOwner(Role.REQUESTER, "shop"))),
                List.of()));
        ApprovalId id = waiting(submit(paula, "r1", request("web", "www.example.com")));

        parts.configuredRules = Set.of("another rule");
        assertThat(problemsOf(parts.approvals.approve(APPROVER, id, Optional.empty())))
                .extracting(Problem::code)
                .containsExactly(ErrorCode.APPROVAL_CONFLICT, ErrorCode.ACCESS_DENIED);
        assertThat(parts.count("certificate")).isZero();

        parts.configuredRules = Set.of("the rule");
        assertThat(parts.approvals.approve(APPROVER, id, Optional.empty())).isInstanceOf(Outcome.Decided.class);
    }

    private static Caller member(String claim) {
        return Caller.overRest(new Principal(
                "user:paula",
                List.of(),
                List.of(),
                List.of(new Membership("shop", new OwnerClaim("corp", claim, "shop", Role.REQUESTER)))));
    }

    @Test
    void letsOnlyTheRequesterWithdraw() {
        ApprovalId id = waiting(submit(SHOP, "r1", request("web", "www.example.com")));

        assertThat(conflict(parts.approvals.withdraw(ADMIN, id))).contains("only its requester");
        assertThat(decided(parts.approvals.withdraw(SHOP, id)).state()).isEqualTo(ApprovalState.WITHDRAWN);
        assertThat(decided(parts.approvals.withdraw(SHOP, id)).state()).isEqualTo(ApprovalState.WITHDRAWN);

        assertThat(conflict(parts.approvals.approve(APPROVER, id, Optional.empty())))
                .contains("it is withdrawn already");
        assertThat(waiting(submit(SHOP, "r1", request("web", "www.example.com"))))
                .as("the id can be used again")
                .isNotEqualTo(id);
    }

    /** Otherwise a loop of requests and withdrawals fills the table with their content. */
    @Test
    void keepsNoContentOfARequestThatWasWithdrawnOrHasExpired() {
        parts.approvals.withdraw(SHOP, waiting(submit(SHOP, "r1", request("web", "www.example.com"))));
        waiting(submit(SHOP, "r2", request("api", "api.example.com")));
        parts.database.inTransaction(
                tx -> tx.execute("UPDATE approval SET expires_at = now() WHERE state = 'WAITING'"));
        parts.approvals.expire();

        assertThat(
                        texts(
                                "SELECT state || payload || effects || grants || configured_grants || memberships FROM approval ORDER BY state"))
                .containsExactly("EXPIREDnull[][][][]", "WITHDRAWNnull[][][][]");
    }

    @Test
    void letsNoNewTokenOfTheSameNameWithdraw() {
        Caller ci = token(ADMIN, "ci", Grant.forOwner(Role.REQUESTER, "shop"));
        ApprovalId former = waiting(submit(ci, "r1", request("web", "www.example.com")));
        parts.database.inTransaction(tx -> tx.execute("UPDATE service_token SET revoked_at = now(), revoked_by = 'x'"));
        token(ADMIN, "ci", Grant.forOwner(Role.REQUESTER, "shop"));
        ApprovalId own = waiting(submit(ci, "r2", request("web", "www.example.com")));

        assertThat(conflict(parts.approvals.withdraw(ci, former))).contains("only its requester");
        assertThat(state(former)).isEqualTo(ApprovalState.WAITING);
        assertThat(decided(parts.approvals.withdraw(ci, own)).state()).isEqualTo(ApprovalState.WITHDRAWN);
    }

    @Test
    void waitsForAnotherSpecOnly() {
        ApprovalId id = waiting(submit(SHOP, "r1", request("web", "www.example.com")));
        parts.approvals.approve(APPROVER, id, Optional.empty());

        assertThat(submit(SHOP, "r2", request("web", "www.example.com"))).isInstanceOf(SubmissionResult.Accepted.class);
        parts.database.inTransaction(tx -> tx.execute(FAILED));
        assertThat(submit(SHOP, "r3", request("web", "www.example.com")))
                .as("the same spec after a failed order")
                .isInstanceOf(SubmissionResult.Accepted.class);
        parts.database.inTransaction(tx -> tx.execute(FAILED));

        assertThat(submit(SHOP, "r4", request("web", "www.example.com", "more.example.com")))
                .isInstanceOf(SubmissionResult.Waiting.class);
        assertThat(submit(
                        user("blog", Grant.forOwner(Role.REQUESTER, "blog")),
                        "r5",
                        owned("blog", "web", "b.example.com")))
                .as("an owner without the rule")
                .isInstanceOf(SubmissionResult.Accepted.class);
    }

    @Test
    void countsAgainstTheDailyLimitAtTheApproval() {
        parts.applyPolicy("""
                {"owners":{"shop":{"maxOrdersPerDay":1,"approvals":{"requests":{"role":"approver"}}}}}""");
        ApprovalId one = waiting(submit(SHOP, "r1", request("one", "one.example.com")));
        ApprovalId two = waiting(submit(SHOP, "r2", request("two", "two.example.com")));
        parts.approvals.approve(APPROVER, one, Optional.empty());

        assertThat(problemsOf(parts.approvals.approve(APPROVER, two, Optional.empty())))
                .extracting(Problem::code)
                .containsExactly(ErrorCode.APPROVAL_CONFLICT, ErrorCode.OWNER_LIMIT_REACHED);
        assertThat(problems(submit(SHOP, "r3", request("three", "three.example.com"))))
                .as("an approval would be in vain")
                .extracting(Problem::code)
                .containsExactly(ErrorCode.OWNER_LIMIT_REACHED);
        assertThat(parts.count("certificate")).isEqualTo(1);
    }

    @Test
    void saysInADryRunThatTheRequestWouldWait() {
        CertificateRequested request = request("web", "www.example.com");
        RequestDryRun dryRun = new RequestDryRun(parts.requestPolicy);

        assertThat(dryRun(dryRun, request).approval().orElseThrow().role()).isEqualTo(Role.APPROVER);

        parts.approvals.approve(APPROVER, waiting(submit(SHOP, "r1", request)), Optional.empty());
        assertThat(dryRun(dryRun, request).approval()).isEmpty();
    }

    private RequestDryRun.Result dryRun(RequestDryRun dryRun, CertificateRequested request) {
        return parts.database.inTransaction(
                tx -> dryRun.decide(tx, SHOP.principal(), parts.ownerPolicy.read(tx), request, parts.clock.instant()));
    }

    @Test
    void limitsTheWaitingRequestsOfAnOwnerAndOfTheInstallation() {
        parts.applyPolicy("""
                {"owners":{"shop":{"approvals":{"requests":{"role":"approver"}}},
                           "blog":{"approvals":{"requests":{"role":"approver"}}}}}""");
        parts.approvalLimits.perOwner = 2;
        parts.approvalLimits.total = 3;
        waiting(submit(ADMIN, "r1", request("one", "one.example.com")));
        waiting(submit(ADMIN, "r2", request("two", "two.example.com")));

        assertThat(problems(submit(ADMIN, "r3", request("three", "three.example.com"))))
                .extracting(Problem::code)
                .containsExactly(ErrorCode.TOO_MANY_APPROVALS);
        waiting(submit(ADMIN, "r4", owned("blog", "one", "one.example.com")));
        assertThat(problems(submit(ADMIN, "r5", owned("blog", "two", "two.example.com"))))
                .extracting(Problem::detail)
                .first()
                .asString()
                .contains("of this installation");
        assertThat(parts.count("certificate")).isZero();
    }

    /** A grant of the provider's configuration is in the token; a membership is in the policy, which is read again. */
    @Test
    void refusesTheRequestOfAMemberThatWasRemovedMeanwhile() {
        String members = POLICY.replace(
                "\"approvals\"",
                "\"claims\":[{\"provider\":\"corp\",\"claim\":\"groups\",\"value\":\"%s\",\"role\":\"requester\"}],\"approvals\"");
        Caller member = Caller.overRest(new Principal(
                "user:paula",
                List.of(Grant.forOwner(Role.VIEWER, "blog")),
                List.of(),
                List.of(new Membership("shop", new OwnerClaim("corp", "groups", "shop", Role.REQUESTER)))));
        parts.applyPolicy(members.formatted("shop"));
        ApprovalId id = waiting(submit(member, "r1", request("web", "www.example.com")));

        for (String without : List.of(members.formatted("others"), POLICY)) {
            parts.applyPolicy(without);
            assertThat(problemsOf(parts.approvals.approve(APPROVER, id, Optional.empty())))
                    .extracting(Problem::code)
                    .containsExactly(ErrorCode.APPROVAL_CONFLICT, ErrorCode.ACCESS_DENIED);
        }
        assertThat(parts.count("certificate")).isZero();

        parts.applyPolicy(members.formatted("shop"));
        assertThat(parts.approvals.approve(APPROVER, id, Optional.empty())).isInstanceOf(Outcome.Decided.class);
    }

    /** A flood of requests for certificates prevents neither a revocation nor a change of the policy. */
    @Test
    void limitsTheRequestsOfEachActionSeparately() {
        parts.approvalLimits.perOwner = 1;
        parts.approvalLimits.total = 1;
        waiting(submit(SHOP, "r1", request("one", "one.example.com")));
        assertThat(problems(submit(SHOP, "r2", request("two", "two.example.com"))))
                .extracting(Problem::detail)
                .first()
                .asString()
                .contains("requests 'certificate:request' of owner 'shop'");

        ApprovalRequests.Requested revocation = parts.database.inTransaction(tx -> parts.approvalRequests.request(
                tx,
                SHOP,
                Action.CERTIFICATE_REVOKE,
                Resource.owner("shop"),
                Map.of(),
                new ApprovalNeed(Role.APPROVER, Duration.ofDays(1), "a test"),
                Optional.empty()));

        assertThat(revocation).isInstanceOf(ApprovalRequests.Requested.Waiting.class);
    }

    /** A request can be large, and a page has many. */
    @Test
    void listsNoRequestsAndNoAnswers() {
        ApprovalId id = waiting(submit(SHOP, "r1", request("web", "www.example.com")));
        parts.approvals.approve(APPROVER, id, Optional.empty());

        StoredApproval listed = parts.database
                .inTransaction(tx -> new ApprovalTable(tx)
                        .find(Optional.empty(), Optional.empty(), List.of(Grant.everywhere(Role.VIEWER)), 10))
                .getFirst();

        assertThat(listed.payload()).isEqualTo("null");
        assertThat(listed.result()).isEmpty();
        assertThat(listed.decidedBy()).contains("user:approver");
        assertThat(listed.requester().grants()).isEmpty();
    }

    /** A platform group can be a member of every owner: all of its memberships in each row would fill the memory. */
    @Test
    void storesOnlyTheRightsThatConcernTheRequest() {
        OwnerClaim claim = new OwnerClaim("corp", "groups", "platform", Role.REQUESTER);
        List<Membership> memberships = IntStream.range(0, 5_000)
                .mapToObj(i -> new Membership(i == 0 ? "shop" : "owner-" + i, claim))
                .toList();
        Set<String> owners = IntStream.range(0, 5_000)
                .mapToObj(i -> i == 0 ? "shop" : "owner-" + i)
                .collect(Collectors.toSet());
        Caller platform = Caller.overRest(new Principal(
                "user:platform",
                List.of(new Grant(Role.VIEWER, owners, Set.of("*"), Set.of("*"))),
                List.of(),
                memberships));

        ApprovalId id = waiting(submit(platform, "r1", request("web", "www.example.com")));

        StoredApproval.Requester stored = parts.database
                .inTransaction(tx -> new ApprovalTable(tx).find(id).orElseThrow())
                .requester();
        assertThat(stored.grants()).containsExactly(Grant.forOwner(Role.VIEWER, "shop"));
        assertThat(stored.memberships()).containsExactly(new Membership("shop", claim));
    }

    /** The request of the former token cannot be approved any more. */
    @Test
    void letsTheRequestOfANewTokenOfTheSameNameWaitByItself() {
        CertificateRequested request = request("web", "www.example.com");
        Caller former = token(ADMIN, "ci", Grant.forOwner(Role.REQUESTER, "shop"));
        ApprovalId dead = waiting(submit(former, "r1", request));
        parts.database.inTransaction(tx -> tx.execute("UPDATE service_token SET revoked_at = now(), revoked_by = 'x'"));
        Caller current = token(ADMIN, "ci", Grant.forOwner(Role.REQUESTER, "shop"));

        ApprovalId id = waiting(submit(current, "r2", request));

        assertThat(id).isNotEqualTo(dead);
        assertThat(waiting(submit(current, "r3", request))).isEqualTo(id);
        assertThat(parts.approvals.approve(APPROVER, id, Optional.empty())).isInstanceOf(Outcome.Decided.class);
    }

    @Test
    void refusesAnApprovalWhoseRowCannotBeRead() {
        for (String json : List.of("[]", "\"text\"", "null", "{\"owners\":7}")) {
            ApprovalId id = waiting(submit(SHOP, json, request("web", "www.example.com")));
            damage("payload", json);
            assertThat(problemsOf(parts.approvals.approve(APPROVER, id, Optional.empty())))
                    .extracting(Problem::code)
                    .contains(ErrorCode.INTERNAL);
            assertThat(decided(parts.approvals.reject(APPROVER, id, Optional.empty()))
                            .state())
                    .isEqualTo(ApprovalState.REJECTED);

            ApprovalId other = waiting(submit(SHOP, json + "2", request("web", "www.example.com")));
            damage("grants", json);
            damage("configured_grants", json);
            damage("memberships", json);
            damage("effects", json);
            damage("result", json);
            assertThat(parts.approvals.approve(APPROVER, other, Optional.empty()))
                    .isInstanceOf(Outcome.Refused.class);
            parts.approvals.reject(APPROVER, other, Optional.empty());
        }
        assertThat(parts.count("certificate")).isZero();
    }

    @Test
    void listsTheApprovalsThatAGrantCovers() {
        parts.applyPolicy("""
                {"owners":{"shop":{"approvals":{"requests":{"role":"approver"}}},
                           "blog":{"approvals":{"requests":{"role":"approver"}}}}}""");
        ApprovalId shop = waiting(submit(ADMIN, "r1", request("web", "www.example.com")));
        ApprovalId blog = waiting(submit(ADMIN, "r2", owned("blog", "b-1", "b.example.com")));

        assertThat(list(Grant.everywhere(Role.VIEWER))).containsExactly(blog, shop);
        assertThat(list(Grant.forOwner(Role.VIEWER, "shop"))).containsExactly(shop);
        assertThat(list(new Grant(Role.VIEWER, Set.of("*"), Set.of("b-*"), Set.of("*"))))
                .containsExactly(blog);
        assertThat(list(new Grant(Role.VIEWER, Set.of("*"), Set.of("*"), Set.of("other"))))
                .isEmpty();
        assertThat(list()).isEmpty();
    }

    private List<ApprovalId> list(Grant... grants) {
        return parts
                .database
                .inTransaction(tx -> new ApprovalTable(tx)
                        .find(Optional.of(ApprovalState.WAITING), Optional.empty(), List.of(grants), 10))
                .stream()
                .map(StoredApproval::id)
                .toList();
    }

    private void damage(String column, String json) {
        parts.database.inTransaction(tx -> tx.createUpdate(
                        "UPDATE approval SET " + column + " = CAST(:json AS jsonb) WHERE state = 'WAITING'")
                .bind("json", json)
                .execute());
    }

    private ApprovalState state(ApprovalId id) {
        return parts.database
                .inTransaction(tx -> new ApprovalTable(tx).find(id))
                .orElseThrow()
                .state();
    }

    private SubmissionResult<AcceptedOrder> submit(Caller caller, String id, CertificateRequested request) {
        return parts.certificateRequests.submit(new Submission<>(
                caller,
                caller.principal().id(),
                id,
                Optional.empty(),
                !caller.equals(TOPIC),
                Optional.of(ServiceFixture.TRACEPARENT),
                request));
    }

    private Caller token(Caller creator, String name, Grant grant) {
        TokenApprovals.Created created = parts.tokenApprovals.create(
                creator,
                () -> new ServiceTokens.NewToken(
                        name, List.of(grant), parts.clock.instant().plus(Duration.ofDays(1))));
        return created instanceof TokenApprovals.Created.Token token
                ? Caller.overRest(token.token().principal())
                : Caller.overRest(new Principal("token:" + name, List.of(grant)));
    }

    private static Caller user(String name, Grant... grants) {
        return Caller.overRest(new Principal("user:" + name, List.of(grants)));
    }

    private static ApprovalId waiting(SubmissionResult<AcceptedOrder> result) {
        return ((SubmissionResult.Waiting<AcceptedOrder>) result).approval().id();
    }

    private static StoredApproval decided(Outcome outcome) {
        return ((Outcome.Decided) outcome).approval();
    }

    private static String denial(Outcome outcome) {
        return ((Outcome.Denied) outcome).problem().detail();
    }

    private static List<Problem> problemsOf(Outcome outcome) {
        return ((Outcome.Refused) outcome).problems();
    }

    private static String conflict(Outcome outcome) {
        assertThat(problemsOf(outcome)).extracting(Problem::code).containsExactly(ErrorCode.APPROVAL_CONFLICT);
        return problemsOf(outcome).getFirst().detail();
    }

    /** The data of the last fact of the type. */
    private JsonNode fact(String type) {
        return Json.read(
                texts("SELECT convert_from(data, 'UTF8') FROM outbox WHERE type = '" + type + "' ORDER BY seq")
                        .getLast(),
                JsonNode.class);
    }

    private List<String> texts(String query) {
        return parts.database.inTransaction(
                tx -> tx.createQuery(query).mapTo(String.class).list());
    }

    private static CertificateRequested request(String name, String... names) {
        return owned("shop", name, names);
    }

    private static CertificateRequested owned(String owner, String name, String... names) {
        return new CertificateRequested(
                name,
                owner,
                Arrays.stream(names)
                        .map(value -> new RequestedIdentifier("dns", value))
                        .toList(),
                Optional.empty(),
                Optional.empty(),
                List.of(),
                Map.of());
    }
}
