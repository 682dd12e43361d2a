package dev.perennial.orders.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.perennial.events.CertificateRequested;
import dev.perennial.events.ErrorCode;
import dev.perennial.events.Problem;
import dev.perennial.events.RequestedIdentifier;
import dev.perennial.orders.parts.ServiceFixture;
import dev.perennial.orders.retention.RetentionPass;
import dev.perennial.orders.submission.Submission;
import dev.perennial.orders.submission.SubmissionResult;
import dev.perennial.rules.access.Action;
import dev.perennial.rules.access.Grant;
import dev.perennial.rules.access.Principal;
import dev.perennial.rules.access.Resource;
import dev.perennial.rules.access.Role;
import dev.perennial.rules.retention.RetentionRules;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AccessControlIT {
    private static final Caller SHOP =
            Caller.overRest(new Principal("token:shop", List.of(Grant.forOwner(Role.REQUESTER, "shop"))));

    private final ServiceFixture parts = new ServiceFixture();

    @Test
    void recordsDenialsAndChangesButNoAllowedRead() {
        Resource own = Resource.certificate("shop", "web", "local");
        assertThat(denial(SHOP, Action.CERTIFICATE_READ, own)).isEmpty();
        assertThat(denial(SHOP, Action.CERTIFICATE_RENEW, own)).isEmpty();
        assertThat(denial(SHOP, Action.CERTIFICATE_READ, Resource.INSTALLATION))
                .hasValueSatisfying(problem -> assertThat(problem.code()).isEqualTo(ErrorCode.ACCESS_DENIED));

        List<AccessLog.Entry> entries = entries();

        assertThat(entries)
                .extracting(AccessLog.Entry::action)
                .containsExactly("certificate:read", "certificate:renew");
        assertThat(entries.getLast().rule()).isEqualTo("requester of owner shop");
        assertThat(entries.getLast().resource()).isEqualTo(own);
        assertThat(entries.getFirst().allowed()).isFalse();
    }

    @Test
    void refusesTheRequestOfAnotherOwnerOnEveryInterface() {
        Caller topic = new Caller(SHOP.principal(), AccessInterface.KAFKA);

        assertThat(submit(SHOP, "r1", "blog")).isInstanceOf(SubmissionResult.Refused.class);
        assertThat(submit(topic, "r2", "blog")).isInstanceOf(SubmissionResult.Refused.class);
        assertThat(parts.count("certificate")).isZero();
        assertThat(parts.facts()).containsExactly("certificate.refused", "certificate.refused");
        assertThat(submit(topic, "r3", "shop")).isInstanceOf(SubmissionResult.Accepted.class);
    }

    /** Otherwise the certificate could be read and revoked afterwards, and its hosts would get another CA's certificate. */
    @Test
    void doesNotLetARequesterOfOneIssuerTakeACertificateFromAnother() {
        Caller staging = Caller.overRest(new Principal(
                "token:staging", List.of(new Grant(Role.REQUESTER, Set.of("shop"), Set.of("*"), Set.of("staging")))));
        submit(SHOP, "r1", "shop", Optional.of("local"));
        parts.database.inTransaction(tx -> tx.execute("UPDATE certificate_order SET state = 'FAILED', due_at = NULL"));

        assertThat(submit(staging, "r2", "shop", Optional.of("staging"))).isInstanceOf(SubmissionResult.Refused.class);

        assertThat(entries().getFirst().resource()).isEqualTo(Resource.certificate("shop", "web", "local"));
        String issuer = parts.database.inTransaction(tx -> tx.createQuery("SELECT issuer FROM certificate")
                .mapTo(String.class)
                .one());
        assertThat(issuer).isEqualTo("local");
    }

    @Test
    void explainsThePolicyOnlyToThoseWhoMayRequest() {
        Caller viewer = Caller.overRest(new Principal("token:viewer", List.of(Grant.everywhere(Role.VIEWER))));

        assertThat(ServiceFixture.problems(submit(viewer, "r1", "No Name")))
                .extracting(Problem::code)
                .containsExactly(ErrorCode.ACCESS_DENIED);
    }

    /** The names become part of no entry. */
    @ParameterizedTest
    @ValueSource(strings = {"", "No Name", "a\0b", "\ud800"})
    void leavesInvalidNamesToThePolicy(String owner) {
        assertThat(ServiceFixture.problems(submit(SHOP, "r1", owner)))
                .extracting(Problem::code)
                .contains(ErrorCode.INVALID_FIELD);
        assertThat(entries()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "UPDATE access_decision SET allowed = true",
                "DELETE FROM access_decision",
                "TRUNCATE access_decision"
            })
    void protectsItsEntries(String statement) {
        denial(SHOP, Action.ISSUER_CHANGE, Resource.issuer("local"));

        assertThatThrownBy(() -> parts.database.inTransaction(tx -> tx.execute(statement)))
                .hasStackTraceContaining("rows cannot be changed");
        assertThat(entries()).hasSize(1);
    }

    @Test
    void deletesEntriesAfterTheirRetention() {
        denial(SHOP, Action.ISSUER_CHANGE, Resource.issuer("old"));
        parts.database.inTransaction(tx -> {
            tx.execute("ALTER TABLE access_decision DISABLE TRIGGER access_decision_row");
            tx.execute("UPDATE access_decision SET at = now() - interval '401 days'");
            return tx.execute("ALTER TABLE access_decision ENABLE TRIGGER access_decision_row");
        });
        denial(SHOP, Action.ISSUER_CHANGE, Resource.issuer("new"));
        RetentionPass pass = new RetentionPass(
                new RetentionRules(Duration.ofDays(400), Duration.ofDays(30)),
                parts.database,
                parts.clock,
                parts.meters);

        while (pass.batch()) {
            // The next batch.
        }

        assertThat(entries()).singleElement().satisfies(entry -> assertThat(entry.resource())
                .isEqualTo(Resource.issuer("new")));
    }

    private SubmissionResult<?> submit(Caller caller, String id, String owner) {
        return submit(caller, id, owner, Optional.empty());
    }

    private SubmissionResult<?> submit(Caller caller, String id, String owner, Optional<String> issuer) {
        return parts.certificateRequests.submit(new Submission<>(
                caller,
                "test",
                id,
                Optional.empty(),
                false,
                Optional.of(ServiceFixture.TRACEPARENT),
                new CertificateRequested(
                        "web",
                        owner,
                        List.of(new RequestedIdentifier("dns", "web.example.com")),
                        issuer,
                        Optional.empty(),
                        List.of(),
                        Map.of())));
    }

    private Optional<Problem> denial(Caller caller, Action action, Resource resource) {
        return parts.database.inTransaction(tx -> parts.access.denial(tx, caller, action, resource));
    }

    /** The newest first. */
    private List<AccessLog.Entry> entries() {
        return parts.database.inTransaction(tx -> new AccessLog(tx).before(Long.MAX_VALUE, Optional.empty(), 100));
    }
}
