package dev.perennial.orders.approvals;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.perennial.events.ApprovalId;
import dev.perennial.events.ErrorCode;
import dev.perennial.events.Problem;
import dev.perennial.orders.access.Caller;
import dev.perennial.orders.access.ServiceToken;
import dev.perennial.orders.access.ServiceTokens;
import dev.perennial.orders.access.ServiceTokens.Authenticated;
import dev.perennial.orders.approvals.Approvals.Outcome;
import dev.perennial.orders.database.Json;
import dev.perennial.orders.parts.ServiceFixture;
import dev.perennial.rules.access.Grant;
import dev.perennial.rules.access.Principal;
import dev.perennial.rules.access.Role;
import dev.perennial.rules.approvals.ApprovalState;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Tokens that count after the approval of a second person. */
class TokenApprovalsIT {
    private static final Grant ADMIN = Grant.everywhere(Role.ADMIN);
    private static final Grant APPROVER = Grant.forOwner(Role.APPROVER, "shop");

    private final ServiceFixture parts = new ServiceFixture();
    private Caller alice;
    private Caller bob;

    @BeforeEach
    void createTwoAdmins() {
        parts.fourEyesMode = FourEyesMode.REQUIRED;
        alice = used(created(Caller.overRest(ServiceTokens.BOOTSTRAP), "alice", ADMIN));
        bob = used(created(Caller.overRest(ServiceTokens.BOOTSTRAP), "bob", ADMIN));
    }

    @Test
    void countsAfterTheApprovalOnly() {
        TokenApprovals.Created.Token carol = created(alice, "carol", ADMIN);
        ApprovalId id = carol.waits().orElseThrow().id();

        assertThat(parts.tokens.authenticate(carol.text()))
                .isInstanceOfSatisfying(
                        Authenticated.Waiting.class,
                        waiting -> assertThat(waiting.token().approval()).contains(id));
        assertThat(token("carol").state(parts.clock.instant())).isEqualTo(ServiceToken.State.WAITING);
        assertThat(token("carol").lastUsedAt()).isEmpty();
        assertThat(parts.facts()).containsExactly("approval.requested");

        StoredApproval approved = decided(parts.approvals.approve(bob, id, Optional.of("welcome")));

        assertThat(approved.state()).isEqualTo(ApprovalState.APPROVED);
        assertThat(Json.read(approved.result().orElseThrow(), JsonNode.class)
                        .get("token")
                        .asText())
                .isEqualTo(carol.token().id());
        assertThat(used(carol).principal().grants()).containsExactly(ADMIN);
        assertThat(token("carol").state(parts.clock.instant())).isEqualTo(ServiceToken.State.USABLE);
        assertThat(parts.facts()).containsExactly("approval.requested", "approval.decided");
    }

    @ParameterizedTest
    @EnumSource(
            value = Role.class,
            names = {"VIEWER", "REQUESTER", "OPERATOR"})
    void needsNoApprovalForATokenThatDecidesNothing(Role role) {
        TokenApprovals.Created.Token token = created(alice, "ci", Grant.everywhere(role));

        assertThat(token.waits()).isEmpty();
        assertThat(used(token).principal().id()).isEqualTo("token:ci");
    }

    @Test
    void needsNoApprovalWithoutFourEyes() {
        parts.fourEyesMode = FourEyesMode.OFF;

        assertThat(created(alice, "carol", ADMIN).waits()).isEmpty();
    }

    /** The approver sees what the token may do, and no secret. */
    @Test
    void showsTheGrantsToTheApproverAndStoresNoSecret() {
        TokenApprovals.Created.Token carol = created(alice, "carol", APPROVER);

        String row = parts.database.inTransaction(tx -> tx.createQuery("SELECT a::text FROM approval a")
                .mapTo(String.class)
                .one());
        assertThat(row)
                .contains("carol", "APPROVER", "shop", carol.token().id())
                .doesNotContain(carol.text())
                .doesNotContain(carol.text().substring(21));
        assertThat(parts.count("outbox")).isEqualTo(1);
        assertThat(parts.database.<List<String>>inTransaction(
                        tx -> tx.createQuery("SELECT convert_from(data, 'UTF8') FROM outbox")
                                .mapTo(String.class)
                                .list()))
                .noneMatch(text -> text.contains(carol.text().substring(21)));
    }

    @Test
    void isNotApprovedByItsCreatorOrAnotherTokenOfIt() {
        Caller carol = used(approved(alice, "carol", ADMIN, bob));
        ApprovalId id = waiting(alice, "mallory", ADMIN);
        ApprovalId further = waiting(carol, "further", ADMIN);

        assertThat(denial(parts.approvals.approve(alice, id, Optional.empty()))).contains("has made this request");
        assertThat(denial(parts.approvals.approve(carol, id, Optional.empty()))).contains("not two persons");
        assertThat(denial(parts.approvals.approve(alice, further, Optional.empty())))
                .contains("not two persons");
        Caller approver = used(approved(bob, "approver", Grant.everywhere(Role.APPROVER), alice));
        assertThat(denial(parts.approvals.approve(approver, id, Optional.empty())))
                .as("an approver is no admin")
                .contains("the role admin");
        assertThat(parts.approvals.approve(bob, id, Optional.empty())).isInstanceOf(Outcome.Decided.class);
    }

    /** One admin alone: each token that it creates for itself is useless as a second person. */
    @Test
    void givesOneAdminNoSecondPerson() {
        TokenApprovals.Created.Token second = created(alice, "second", ADMIN);
        TokenApprovals.Created.Token approver = created(alice, "approver", APPROVER);
        TokenApprovals.Created.Token revoker = created(alice, "requester", Grant.forOwner(Role.REQUESTER, "shop"));
        Caller requester = used(created(alice, "everywhere", Grant.everywhere(Role.REQUESTER)));

        for (TokenApprovals.Created.Token token : List.of(second, approver, revoker)) {
            assertThat(parts.tokens.authenticate(token.text())).isInstanceOf(Authenticated.Waiting.class);
        }
        assertThat(parts.tokenApprovals.create(requester, () -> request("third", ADMIN)))
                .isInstanceOf(TokenApprovals.Created.Denied.class);
        assertThat(parts.tokenApprovals.create(
                        Caller.overRest(ServiceTokens.BOOTSTRAP), () -> request("fourth", ADMIN)))
                .isInstanceOf(TokenApprovals.Created.Denied.class);
    }

    @Test
    void isRevokedByARejectionAWithdrawalOrTheEndOfTheTime() {
        TokenApprovals.Created.Token rejected = created(alice, "rejected", ADMIN);
        parts.approvals.reject(bob, rejected.waits().orElseThrow().id(), Optional.empty());
        TokenApprovals.Created.Token withdrawn = created(alice, "withdrawn", ADMIN);
        parts.approvals.withdraw(alice, withdrawn.waits().orElseThrow().id());
        TokenApprovals.Created.Token expired = created(alice, "expired", ADMIN);
        ApprovalId late = expired.waits().orElseThrow().id();
        parts.database.inTransaction(tx ->
                tx.execute("UPDATE approval SET expires_at = now() - interval '1 second' WHERE state = 'WAITING'"));
        assertThat(problems(parts.approvals.approve(bob, late, Optional.empty())))
                .extracting(Problem::detail)
                .anyMatch(detail -> detail.contains("the time for its decision is over"));
        assertThat(parts.tokens.authenticate(expired.text())).isInstanceOf(Authenticated.Waiting.class);
        parts.approvals.expire();

        for (TokenApprovals.Created.Token token : List.of(rejected, withdrawn, expired)) {
            assertThat(parts.tokens.authenticate(token.text())).isInstanceOf(Authenticated.Unknown.class);
            assertThat(parts.approvals.approve(bob, token.waits().orElseThrow().id(), Optional.empty()))
                    .isInstanceOf(Outcome.Refused.class);
        }
        assertThat(token("rejected").revokedBy()).contains("token:bob");
        assertThat(token("withdrawn").revokedBy()).contains("token:alice");
        assertThat(token("expired").revokedBy()).contains("/perennial/order-service");
        assertThat(created(bob, "rejected", ADMIN).waits())
                .as("the name is free")
                .isPresent();
    }

    /** A rejected token has never been a principal, so that it makes no one the creator of its successor. */
    @Test
    void relatesNoOneToTheSuccessorOfARejectedToken() {
        parts.approvals.reject(bob, waiting(alice, "carol", ADMIN), Optional.empty());
        Caller carol = used(approved(bob, "carol", ADMIN, alice));

        assertThat(parts.approvals.approve(carol, waiting(alice, "dave", ADMIN), Optional.empty()))
                .isInstanceOf(Outcome.Decided.class);
        assertThat(denial(parts.approvals.approve(carol, waiting(bob, "erin", ADMIN), Optional.empty())))
                .contains("not two persons");
    }

    @Test
    void activatesNoTokenThatWasRevokedExpiredOrChanged() {
        TokenApprovals.Created.Token revoked = created(alice, "revoked", ADMIN);
        parts.tokens.revoke(alice.principal(), revoked.token().id());
        TokenApprovals.Created.Token expired = created(alice, "expired", ADMIN);
        TokenApprovals.Created.Token changed = created(alice, "changed", APPROVER);
        parts.database.inTransaction(tx -> tx.execute("""
                UPDATE service_token SET expires_at = now() - interval '1 second' WHERE name = 'expired'"""));
        parts.database.inTransaction(tx -> tx.execute("""
                UPDATE service_token SET grants = jsonb_set(grants, '{0,role}', '"ADMIN"') WHERE name = 'changed'"""));

        for (TokenApprovals.Created.Token token : List.of(revoked, expired, changed)) {
            assertThat(problems(parts.approvals.approve(
                            bob, token.waits().orElseThrow().id(), Optional.empty())))
                    .extracting(Problem::code)
                    .containsOnly(ErrorCode.APPROVAL_CONFLICT);
            assertThat(parts.tokens.authenticate(token.text())).isNotInstanceOf(Authenticated.As.class);
        }
    }

    @Test
    void activatesNoTokenOfACreatorThatIsNotAnAdminAnyMore() {
        TokenApprovals.Created.Token carol = created(alice, "carol", ADMIN);
        parts.tokens.revoke(bob.principal(), token("alice").id());

        assertThat(problems(
                        parts.approvals.approve(bob, carol.waits().orElseThrow().id(), Optional.empty())))
                .extracting(Problem::detail)
                .anyMatch(detail -> detail.contains("token:alice, is revoked or has expired"));
        assertThat(parts.tokens.authenticate(carol.text())).isInstanceOf(Authenticated.Waiting.class);
    }

    /** The approval and the activation are one transaction. */
    @Test
    void waitsStillAfterACrashBetweenTheActivationAndTheDecision() {
        TokenApprovals.Created.Token carol = created(alice, "carol", ADMIN);
        ApprovalId id = carol.waits().orElseThrow().id();
        parts.database.inTransaction(tx -> tx.execute("""
                CREATE FUNCTION crash() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'crash'; END $$;
                CREATE TRIGGER crash BEFORE UPDATE ON approval FOR EACH ROW EXECUTE FUNCTION crash()"""));

        assertThatThrownBy(() -> parts.approvals.approve(bob, id, Optional.empty()))
                .hasStackTraceContaining("crash");
        assertThatThrownBy(() -> parts.approvals.reject(bob, id, Optional.empty()))
                .hasStackTraceContaining("crash");

        assertThat(parts.tokens.authenticate(carol.text())).isInstanceOf(Authenticated.Waiting.class);
        parts.database.inTransaction(tx -> tx.execute("DROP TRIGGER crash ON approval"));
        decided(parts.approvals.approve(bob, id, Optional.empty()));
        used(carol);
    }

    @Test
    void isEitherUsableOrRevokedAfterConcurrentDecisions() throws Exception {
        TokenApprovals.Created.Token carol = created(alice, "carol", ADMIN);
        ApprovalId id = carol.waits().orElseThrow().id();
        List<Future<Outcome>> outcomes = new ArrayList<>();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < 8; i++) {
                boolean approves = i % 2 == 0;
                outcomes.add(threads.submit(() -> approves
                        ? parts.approvals.approve(bob, id, Optional.empty())
                        : parts.approvals.reject(bob, id, Optional.empty())));
            }
        }
        for (Future<Outcome> outcome : outcomes) {
            assertThat(outcome.get()).isInstanceOfAny(Outcome.Decided.class, Outcome.Refused.class);
        }

        boolean approved = parts.database
                .inTransaction(tx -> new ApprovalTable(tx).find(id))
                .orElseThrow()
                .state()
                .equals(ApprovalState.APPROVED);
        assertThat(parts.tokens.authenticate(carol.text()))
                .isInstanceOf(approved ? Authenticated.As.class : Authenticated.Unknown.class);
    }

    @Test
    void createsNoTokenThatCannotWait() {
        parts.approvalLimits.perOwner = 1;
        created(alice, "carol", ADMIN);

        assertThat(parts.tokenApprovals.create(alice, () -> request("dave", ADMIN)))
                .isInstanceOfSatisfying(
                        TokenApprovals.Created.Refused.class,
                        refused -> assertThat(refused.problem().code()).isEqualTo(ErrorCode.TOO_MANY_APPROVALS));
        assertThat(parts.tokens.all()).extracting(ServiceToken::name).doesNotContain("dave");
        assertThat(created(alice, "ci", Grant.everywhere(Role.REQUESTER)).waits())
                .isEmpty();
    }

    @Test
    void holdsItsNameWhileItWaits() {
        created(alice, "carol", ADMIN);

        assertThat(parts.tokenApprovals.create(bob, () -> request("carol", ADMIN)))
                .isInstanceOf(TokenApprovals.Created.NameTaken.class);
        assertThat(parts.count("approval")).isEqualTo(1);
    }

    private ServiceTokens.NewToken request(String name, Grant... grants) {
        return new ServiceTokens.NewToken(
                name, List.of(grants), parts.clock.instant().plus(Duration.ofDays(1)));
    }

    private TokenApprovals.Created.Token created(Caller creator, String name, Grant... grants) {
        return (TokenApprovals.Created.Token) parts.tokenApprovals.create(creator, () -> request(name, grants));
    }

    private ApprovalId waiting(Caller creator, String name, Grant... grants) {
        return created(creator, name, grants).waits().orElseThrow().id();
    }

    private TokenApprovals.Created.Token approved(Caller creator, String name, Grant grant, Caller approver) {
        TokenApprovals.Created.Token token = created(creator, name, grant);
        decided(parts.approvals.approve(approver, token.waits().orElseThrow().id(), Optional.empty()));
        return token;
    }

    /** As the principal of a request with the token. */
    private Caller used(TokenApprovals.Created.Token token) {
        Principal principal = ((Authenticated.As) parts.tokens.authenticate(token.text())).principal();
        return Caller.overRest(principal);
    }

    private ServiceToken token(String name) {
        return parts.tokens.all().stream()
                .filter(token -> token.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private static StoredApproval decided(Outcome outcome) {
        return ((Outcome.Decided) outcome).approval();
    }

    private static String denial(Outcome outcome) {
        return ((Outcome.Denied) outcome).problem().detail();
    }

    private static List<Problem> problems(Outcome outcome) {
        return ((Outcome.Refused) outcome).problems();
    }
}
