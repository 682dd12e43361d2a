package dev.perennial.rules.access;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TokenRulesTest {
    @ParameterizedTest
    @CsvSource({"VIEWER,false", "REQUESTER,false", "OPERATOR,false", "APPROVER,true", "ADMIN,true"})
    void requiresASecondPersonForATokenThatDecidesOrChangesTheInstallation(Role role, boolean required) {
        assertThat(TokenRules.needsSecondPerson(List.of(Grant.everywhere(role))))
                .isEqualTo(required);
    }

    /** A decision for one owner is enough: the other token of the same person requests for it. */
    @ParameterizedTest
    @CsvSource({"VIEWER,false", "REQUESTER,true", "OPERATOR,true", "APPROVER,true", "ADMIN,true"})
    void requiresASecondPersonForATokenThatRevokesTheCertificatesOfAnOwnerAlone(Role role, boolean required) {
        assertThat(TokenRules.needsSecondPerson(List.of(Grant.forOwner(role, "shop"))))
                .isEqualTo(required);
    }

    @Test
    void requiresASecondPersonForOneOfManyGrants() {
        assertThat(TokenRules.needsSecondPerson(
                        List.of(Grant.everywhere(Role.VIEWER), Grant.forOwner(Role.APPROVER, "blog"))))
                .isTrue();
    }

    /** A role that may decide, or configure, cannot be forgotten. */
    @Test
    void derivesTheRolesFromTheActions() {
        assertThat(Arrays.stream(Action.values()).filter(Action::needsPerson))
                .containsExactlyInAnyOrder(
                        Action.ISSUER_CHANGE,
                        Action.TOKEN_CHANGE,
                        Action.POLICY_CHANGE,
                        Action.APPROVAL_DECIDE,
                        Action.REPLACEMENT_APPROVE)
                .allMatch(action -> !action.isRead())
                .allMatch(action -> action.roles().stream()
                        .allMatch(role -> TokenRules.needsSecondPerson(List.of(Grant.everywhere(role)))));
    }

    @ParameterizedTest
    @CsvSource({
        "true,0,0,true",
        "true,1,1,true",
        "true,1,0,true",
        "true,2,2,false",
        "true,2,1,false",
        "true,2,0,false",
        "true,3,0,false",
        "false,0,0,true",
        "false,1,1,false",
        "false,2,1,false",
        "false,2,0,true"
    })
    void letsTheBootstrapTokenCreateTheFirstTokensOnly(boolean fourEyes, int ever, int usable, boolean allowed) {
        assertThat(TokenRules.bootstrap(fourEyes, ever, usable).isAllowed()).isEqualTo(allowed);
    }

    @Test
    void takesNoAdminOfAnOwnerForAnAdminOfTheInstallation() {
        assertThat(TokenRules.isAdmin(new Principal("token:a", List.of(Grant.everywhere(Role.ADMIN)))))
                .isTrue();
        assertThat(TokenRules.isAdmin(new Principal("token:a", List.of(Grant.forOwner(Role.ADMIN, "shop")))))
                .isFalse();
        assertThat(TokenRules.isAdmin(new Principal("token:a", List.of(Grant.everywhere(Role.OPERATOR)))))
                .isFalse();
    }
}
