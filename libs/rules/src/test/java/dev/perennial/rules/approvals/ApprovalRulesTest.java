package dev.perennial.rules.approvals;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.perennial.rules.access.AccessDecision;
import dev.perennial.rules.access.Grant;
import dev.perennial.rules.access.Principal;
import dev.perennial.rules.access.Resource;
import dev.perennial.rules.access.Role;
import dev.perennial.rules.approvals.ApprovalRules.Relation;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ApprovalRulesTest {
    private static final Resource SHOP = Resource.certificate("shop", "web", "public");
    private static final Grant APPROVER = Grant.forOwner(Role.APPROVER, "shop");

    @Test
    void letsAPrincipalWithTheRoleForTheResourceDecide() {
        assertThat(mayDecide(APPROVER, Relation.NONE, Role.APPROVER)).isTrue();
        assertThat(mayDecide(Grant.everywhere(Role.APPROVER), Relation.NONE, Role.APPROVER))
                .isTrue();
        assertThat(mayDecide(Grant.forOwner(Role.APPROVER, "blog"), Relation.NONE, Role.APPROVER))
                .isFalse();
    }

    @Test
    void letsAnAdminDecideInPlaceOfAnApproverButNotTheReverse() {
        assertThat(mayDecide(Grant.forOwner(Role.ADMIN, "shop"), Relation.NONE, Role.APPROVER))
                .isTrue();
        assertThat(mayDecide(Grant.forOwner(Role.ADMIN, "shop"), Relation.NONE, Role.ADMIN))
                .isTrue();
        assertThat(mayDecide(APPROVER, Relation.NONE, Role.ADMIN)).isFalse();
    }

    @ParameterizedTest
    @EnumSource(names = {"VIEWER", "REQUESTER", "OPERATOR"})
    void letsNoOtherRoleDecide(Role role) {
        assertThat(mayDecide(Grant.everywhere(role), Relation.NONE, Role.APPROVER))
                .isFalse();
        assertThatIllegalArgumentException().isThrownBy(() -> new ApprovalNeed(role, Duration.ofDays(1), "rule"));
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "NONE")
    void neverLetsTheRequesterDecideInAnyForm(Relation relation) {
        AccessDecision decision =
                ApprovalRules.mayDecide(principal(Grant.everywhere(Role.ADMIN)), relation, Role.APPROVER, SHOP);

        assertThat(decision).isInstanceOfSatisfying(AccessDecision.Denied.class, denied -> assertThat(denied.reason())
                .contains("another principal has to decide"));
    }

    @Test
    void requiresOneApprovalForAllNeeds() {
        ApprovalNeed slow = new ApprovalNeed(Role.APPROVER, Duration.ofDays(2), "a");
        ApprovalNeed strict = new ApprovalNeed(Role.ADMIN, Duration.ofDays(3), "b");

        assertThat(ApprovalNeed.all(Stream.of(slow, strict)))
                .contains(new ApprovalNeed(Role.ADMIN, Duration.ofDays(2), "a and b"));
        assertThat(ApprovalNeed.all(Stream.of(strict, slow)))
                .contains(new ApprovalNeed(Role.ADMIN, Duration.ofDays(2), "b and a"));
        assertThat(ApprovalNeed.all(Stream.of(slow, slow))).contains(slow);
        assertThat(ApprovalNeed.all(Stream.empty())).isEmpty();
    }

    private static boolean mayDecide(Grant grant, Relation relation, Role role) {
        return ApprovalRules.mayDecide(principal(grant), relation, role, SHOP).isAllowed();
    }

    private static Principal principal(Grant grant) {
        return new Principal("user:bob", List.of(grant));
    }
}
