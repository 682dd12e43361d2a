package dev.perennial.orders.revocation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.perennial.events.ApprovalId;
import dev.perennial.events.CertificateId;
import dev.perennial.events.ErrorCode;
import dev.perennial.events.OrderId;
import dev.perennial.events.Problem;
import dev.perennial.events.RevocationReason;
import dev.perennial.events.RevocationRequested;
import dev.perennial.events.Topic;
import dev.perennial.orders.access.Caller;
import dev.perennial.orders.approvals.Approvals.Outcome;
import dev.perennial.orders.approvals.FourEyesMode;
import dev.perennial.orders.parts.ConcurrentTransfer;
import dev.perennial.orders.parts.ServiceFixture;
import dev.perennial.orders.parts.TestCa;
import dev.perennial.orders.submission.Submission;
import dev.perennial.orders.submission.SubmissionResult;
import dev.perennial.rules.access.Grant;
import dev.perennial.rules.access.Principal;
import dev.perennial.rules.access.Role;
import java.security.PublicKey;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Revocations that wait: by the policy of the owner, and of the certificates of others. */
class RevocationApprovalsIT {
    private static final Caller WEB = user("web", Grant.forOwner(Role.REQUESTER, "web"));
    private static final Caller OPERATOR = user("operator", Grant.everywhere(Role.OPERATOR));
    private static final Caller APPROVER = user("approver", Grant.forOwner(Role.APPROVER, "web"));
    private static final Caller ADMIN = user("admin", Grant.everywhere(Role.ADMIN));

    private final RevocationFixture fixture = new RevocationFixture();
    private final ServiceFixture parts = fixture.parts;

    @Test
    void waitsByThePolicyOfTheOwner() {
        CertificateId shop = issued("shop", TestCa.newKey().getPublic());
        parts.applyPolicy("{\"owners\":{\"web\":{\"approvals\":{\"revocations\":{\"role\":\"approver\"}}}}}");

        ApprovalId id = waiting(submit(WEB, "r1", shop, RevocationReason.SUPERSEDED));

        assertThat(parts.count("revocation")).isZero();
        assertThat(parts.approvals.approve(APPROVER, id, Optional.empty())).isInstanceOf(Outcome.Decided.class);
        assertThat(parts.count("revocation")).isEqualTo(1);
        assertThat(parts.facts()).contains("revocation.accepted");
        assertThat(submit(WEB, "r2", shop, RevocationReason.SUPERSEDED))
                .as("a repetition has no effect, and waits for nothing")
                .isInstanceOf(SubmissionResult.Accepted.class);
        assertThat(submit(WEB, "r3", shop, RevocationReason.KEY_COMPROMISE))
                .as("a reason that overrules the first one")
                .isInstanceOf(SubmissionResult.Waiting.class);
    }

    @Test
    void requiresASecondPersonForTheCertificatesOfOthersOnly() {
        parts.fourEyesMode = FourEyesMode.REQUIRED;
        CertificateId one = issued("one", TestCa.newKey().getPublic());
        CertificateId two = issued("two", TestCa.newKey().getPublic());

        assertThat(submit(WEB, "r1", one, RevocationReason.SUPERSEDED)).isInstanceOf(SubmissionResult.Accepted.class);
        ApprovalId byOperator = waiting(submit(OPERATOR, "r2", two, RevocationReason.SUPERSEDED));
        ApprovalId byTopic =
                waiting(submit(Caller.ofTopic(Topic.REQUESTS.topicName()), "r3", two, RevocationReason.SUPERSEDED));
        assertThat(submit(Caller.ofTopic(Topic.ofTeam("web")), "r4", one, RevocationReason.SUPERSEDED))
                .isInstanceOf(SubmissionResult.Accepted.class);

        assertThat(parts.approvals.approve(OPERATOR, byTopic, Optional.empty())).isInstanceOf(Outcome.Denied.class);
        assertThat(parts.approvals.approve(ADMIN, byOperator, Optional.empty())).isInstanceOf(Outcome.Decided.class);
        assertThat(parts.approvals.reject(APPROVER, byTopic, Optional.empty())).isInstanceOf(Outcome.Decided.class);
        assertThat(parts.count("revocation")).isEqualTo(2);
        parts.fourEyesMode = FourEyesMode.OFF;
        assertThat(submit(OPERATOR, "r5", issued("three", TestCa.newKey().getPublic()), RevocationReason.SUPERSEDED))
                .isInstanceOf(SubmissionResult.Accepted.class);
    }

    /** The key may belong to certificates of several owners: the approver needs the role for all of them. */
    @Test
    void requiresAnApproverForEveryOwnerOfACompromisedKey() {
        parts.fourEyesMode = FourEyesMode.REQUIRED;
        PublicKey key = TestCa.newKey().getPublic();
        CertificateId one = issued("one", key);
        issued("two", key);
        parts.database.inTransaction(tx -> tx.execute("UPDATE certificate SET owner = 'blog' WHERE name = 'two'"));

        ApprovalId id = waiting(submit(OPERATOR, "r1", one, RevocationReason.KEY_COMPROMISE));

        assertThat(parts.approvals.approve(APPROVER, id, Optional.empty())).isInstanceOf(Outcome.Denied.class);
        assertThat(parts.approvals.approve(ADMIN, id, Optional.empty())).isInstanceOf(Outcome.Decided.class);
        assertThat(parts.count("revocation")).isEqualTo(2);
    }

    /** Between request and approval, a certificate of another owner got the same key. */
    @Test
    void revokesNothingThatTheApproverDidNotSee() {
        parts.fourEyesMode = FourEyesMode.REQUIRED;
        PublicKey key = TestCa.newKey().getPublic();
        CertificateId one = issued("one", key);
        ApprovalId id = waiting(submit(OPERATOR, "r1", one, RevocationReason.KEY_COMPROMISE));
        issued("two", key);
        parts.database.inTransaction(tx -> tx.execute("UPDATE certificate SET owner = 'blog' WHERE name = 'two'"));

        assertThat(problems(parts.approvals.approve(ADMIN, id, Optional.empty())))
                .extracting(Problem::code)
                .containsOnly(ErrorCode.APPROVAL_CONFLICT);
        assertThat(parts.count("revocation")).isZero();
    }

    /** The certificate was renewed with another key while the request waited. */
    @Test
    void revokesTheX509CertificateThatWasInUseAtTheRequest() {
        parts.fourEyesMode = FourEyesMode.REQUIRED;
        CertificateId one = issued("one", TestCa.newKey().getPublic());
        String requested = fixture.current(one).fingerprint();
        ApprovalId id = waiting(submit(OPERATOR, "r1", one, RevocationReason.KEY_COMPROMISE));
        assertThat(fixture.initiators("SELECT payload ->> 'fingerprint' FROM approval"))
                .as("what the approver sees")
                .containsExactly(requested);
        renew(one);
        assertThat(fixture.current(one).fingerprint()).isNotEqualTo(requested);

        assertThat(parts.approvals.approve(ADMIN, id, Optional.empty())).isInstanceOf(Outcome.Decided.class);

        assertThat(fixture.initiators("SELECT fingerprint FROM revocation")).containsExactly(requested);
    }

    /** Otherwise the X.509 certificate of the renewal would be served, and renewed, without an end. */
    @Test
    void refusesAnApprovalThatWouldNotRetireTheCertificateAsRequested() {
        parts.fourEyesMode = FourEyesMode.REQUIRED;
        CertificateId one = issued("one", TestCa.newKey().getPublic());
        ApprovalId id = waiting(submit(OPERATOR, "r1", one, RevocationReason.CESSATION_OF_OPERATION));
        renew(one);

        assertThat(problems(parts.approvals.approve(ADMIN, id, Optional.empty())))
                .extracting(Problem::code)
                .containsOnly(ErrorCode.APPROVAL_CONFLICT);

        assertThat(parts.count("revocation")).isZero();
        ApprovalId again = waiting(submit(OPERATOR, "r2", one, RevocationReason.CESSATION_OF_OPERATION));
        assertThat(again).as("it has another effect").isNotEqualTo(id);
        assertThat(parts.approvals.approve(ADMIN, again, Optional.empty())).isInstanceOf(Outcome.Decided.class);
        assertThat(fixture.initiators("SELECT fingerprint FROM revocation"))
                .containsExactly(fixture.current(one).fingerprint());
        assertThat(fixture.initiators("SELECT name FROM certificate WHERE retired_at IS NOT NULL"))
                .containsExactly("one");
    }

    /** The resource of the request, which has no owner, is the same with the third certificate. */
    @Test
    void revokesNothingOfAThirdOwnerThatTheApproverDidNotSee() {
        parts.fourEyesMode = FourEyesMode.REQUIRED;
        PublicKey key = TestCa.newKey().getPublic();
        CertificateId one = issued("one", key);
        issued("two", key);
        parts.database.inTransaction(tx -> tx.execute("UPDATE certificate SET owner = 'blog' WHERE name = 'two'"));
        ApprovalId id = waiting(submit(OPERATOR, "r1", one, RevocationReason.KEY_COMPROMISE));
        issued("three", key);
        parts.database.inTransaction(tx -> tx.execute("UPDATE certificate SET owner = 'bank' WHERE name = 'three'"));

        assertThat(problems(parts.approvals.approve(ADMIN, id, Optional.empty())))
                .anySatisfy(problem -> assertThat(problem.detail()).contains("owner 'bank'"))
                .extracting(Problem::code)
                .containsOnly(ErrorCode.APPROVAL_CONFLICT);

        assertThat(parts.count("revocation")).isZero();
        ApprovalId again = waiting(submit(OPERATOR, "r2", one, RevocationReason.KEY_COMPROMISE));
        assertThat(parts.approvals.approve(ADMIN, again, Optional.empty())).isInstanceOf(Outcome.Decided.class);
        assertThat(parts.count("revocation")).isEqualTo(3);
    }

    @Test
    void authorizesTheOwnerThatTheCertificateHasUnderItsLock() {
        CertificateId one = issued("one", TestCa.newKey().getPublic());

        SubmissionResult<RevocationAnswer> result = ConcurrentTransfer.during(
                parts, one, "blog", () -> submit(WEB, "r1", one, RevocationReason.CESSATION_OF_OPERATION));

        assertThat(ServiceFixture.problems(result)).extracting(Problem::code).containsExactly(ErrorCode.ACCESS_DENIED);
        assertThat(parts.count("revocation")).isZero();
        assertThat(fixture.initiators("SELECT name FROM certificate WHERE retired_at IS NOT NULL"))
                .isEmpty();
    }

    /** Also of a certificate that the request does not name. */
    @Test
    void authorizesTheOwnerOfEachCertificateWithTheKeyUnderItsLock() {
        PublicKey key = TestCa.newKey().getPublic();
        CertificateId one = issued("one", key);
        CertificateId two = issued("two", key);

        SubmissionResult<RevocationAnswer> result = ConcurrentTransfer.during(
                parts, two, "blog", () -> submit(WEB, "r1", one, RevocationReason.KEY_COMPROMISE));

        assertThat(ServiceFixture.problems(result)).extracting(Problem::code).containsExactly(ErrorCode.ACCESS_DENIED);
        assertThat(parts.count("revocation")).isZero();
    }

    @Test
    void approvesNoRevocationOfACertificateThatIsTransferredMeanwhile() {
        parts.applyPolicy("{\"owners\":{\"web\":{\"approvals\":{\"revocations\":{\"role\":\"approver\"}}}}}");
        CertificateId one = issued("one", TestCa.newKey().getPublic());
        ApprovalId id = waiting(submit(WEB, "r1", one, RevocationReason.CESSATION_OF_OPERATION));

        Outcome outcome = ConcurrentTransfer.during(
                parts, one, "blog", () -> parts.approvals.approve(APPROVER, id, Optional.empty()));

        assertThat(problems(outcome)).extracting(Problem::code).contains(ErrorCode.ACCESS_DENIED);
        assertThat(parts.count("revocation")).isZero();
    }

    @Test
    void previewsWithoutWaiting() {
        parts.fourEyesMode = FourEyesMode.REQUIRED;
        CertificateId one = issued("one", TestCa.newKey().getPublic());

        assertThat(parts.revocations.preview(
                        OPERATOR, RevocationFixture.about(one, RevocationReason.SUPERSEDED, Optional.empty())))
                .isInstanceOf(SubmissionResult.Accepted.class);
        assertThat(parts.count("approval")).isZero();
    }

    /** It may contain any restriction. */
    @Test
    void waitsForAnAdminWhileThePolicyCannotBeRead() {
        CertificateId one = issued("one", TestCa.newKey().getPublic());
        parts.database.inTransaction(tx -> tx.execute("""
                INSERT INTO policy_revision (revision, document, principal, at) VALUES (1, '[]', 'x', now())"""));

        ApprovalId id = waiting(submit(WEB, "r1", one, RevocationReason.SUPERSEDED));

        assertThat(parts.approvals.approve(APPROVER, id, Optional.empty())).isInstanceOf(Outcome.Denied.class);
        assertThat(parts.approvals.approve(ADMIN, id, Optional.empty())).isInstanceOf(Outcome.Decided.class);
    }

    /** With another key. */
    private void renew(CertificateId certificate) {
        parts.database.inTransaction(tx -> tx.execute("UPDATE certificate_order SET state = 'DEPLOYED'"));
        OrderId renewal = parts.accepted(
                        "renewed", ServiceFixture.request("one", List.of(), "one.example.com", "two.example.com"))
                .orderId();
        fixture.place(renewal);
        fixture.issue(certificate, renewal, fixture.ca.leaf(TestCa.newKey().getPublic()));
    }

    private CertificateId issued(String name, PublicKey key) {
        return fixture.issued(name, List.of(), key);
    }

    private SubmissionResult<RevocationAnswer> submit(
            Caller caller, String id, CertificateId certificate, RevocationReason reason) {
        RevocationRequested request = RevocationFixture.about(certificate, reason, Optional.empty());
        return parts.revocations.submit(new Submission<>(
                caller,
                caller.principal().id(),
                id,
                Optional.empty(),
                false,
                Optional.of(ServiceFixture.TRACEPARENT),
                request));
    }

    private static ApprovalId waiting(SubmissionResult<RevocationAnswer> result) {
        return ((SubmissionResult.Waiting<RevocationAnswer>) result).approval().id();
    }

    private static List<Problem> problems(Outcome outcome) {
        return ((Outcome.Refused) outcome).problems();
    }

    private static Caller user(String name, Grant... grants) {
        return Caller.overRest(new Principal("user:" + name, List.of(grants)));
    }
}
