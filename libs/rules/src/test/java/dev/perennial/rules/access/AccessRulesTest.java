package dev.perennial.rules.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class AccessRulesTest {
    private static final Resource SHOP = Resource.certificate("shop", "web", "public");

    @ParameterizedTest
    @EnumSource
    void deniesEverythingWithoutAGrant(Action action) {
        assertThat(AccessRules.authorize(principal(), action, SHOP))
                .isInstanceOfSatisfying(AccessDecision.Denied.class, denied -> assertThat(denied.reason())
                        .contains("nothing")
                        .contains(action.wireName()));
    }

    @ParameterizedTest
    @EnumSource
    void allowsAnAdminOfTheInstallationEverything(Action action) {
        Principal admin = principal(Grant.everywhere(Role.ADMIN));

        assertThat(AccessRules.authorize(admin, action, Resource.INSTALLATION).isAllowed())
                .isTrue();
        assertThat(AccessRules.authorize(admin, action, SHOP).isAllowed()).isTrue();
    }

    @ParameterizedTest
    @EnumSource
    void allowsAViewerToReadOnly(Action action) {
        Principal viewer = principal(Grant.everywhere(Role.VIEWER));

        assertThat(AccessRules.authorize(viewer, action, SHOP).isAllowed())
                .isEqualTo(action.isRead() && action.roles().contains(Role.VIEWER));
    }

    @Test
    void allowsNothingOnTheCertificatesOfOtherOwners() {
        Principal requester = principal(Grant.forOwner(Role.REQUESTER, "shop"));

        assertThat(allowed(requester, Action.CERTIFICATE_REVOKE, SHOP)).isTrue();
        assertThat(allowed(requester, Action.CERTIFICATE_REVOKE, Resource.certificate("blog", "web", "public")))
                .isFalse();
    }

    @Test
    void doesNotTakeAnOwnersGrantForTheInstallation() {
        Principal admin = principal(Grant.forOwner(Role.ADMIN, "shop"));

        assertThat(allowed(admin, Action.ISSUER_CHANGE, Resource.issuer("public")))
                .isFalse();
        assertThat(allowed(admin, Action.TOKEN_CHANGE, Resource.INSTALLATION)).isFalse();
        assertThat(allowed(admin, Action.ISSUER_READ, Resource.INSTALLATION)).isTrue();
    }

    @Test
    void limitsAGrantToIssuersAndNames() {
        Principal requester =
                principal(new Grant(Role.REQUESTER, Set.of("shop"), Set.of("test-*"), Set.of("internal")));

        assertThat(allowed(requester, Action.CERTIFICATE_REQUEST, Resource.certificate("shop", "test-1", "internal")))
                .isTrue();
        assertThat(allowed(requester, Action.CERTIFICATE_REQUEST, Resource.certificate("shop", "test-1", "public")))
                .isFalse();
        assertThat(allowed(requester, Action.CERTIFICATE_REQUEST, Resource.certificate("shop", "web", "internal")))
                .isFalse();
        assertThat(allowed(
                        requester,
                        Action.CERTIFICATE_REQUEST,
                        new Resource(Optional.of("shop"), Optional.empty(), Optional.of("internal"))))
                .as("all certificates of the owner")
                .isFalse();
    }

    /** Two grants do not add up: the requester of one owner and the viewer of another requests nothing there. */
    @Test
    void requiresOneGrantForRoleAndResource() {
        Principal both = principal(Grant.forOwner(Role.REQUESTER, "shop"), Grant.forOwner(Role.VIEWER, "blog"));
        Resource blog = Resource.certificate("blog", "web", "public");

        assertThat(allowed(both, Action.CERTIFICATE_READ, blog)).isTrue();
        assertThat(allowed(both, Action.CERTIFICATE_REQUEST, blog)).isFalse();
    }

    @Test
    void explainsADenial() {
        Principal viewer = principal(Grant.forOwner(Role.VIEWER, "blog"));

        assertThat(AccessRules.authorize(viewer, Action.CERTIFICATE_RENEW, SHOP))
                .isEqualTo(new AccessDecision.Denied(
                        "certificate:renew requires requester or operator or admin",
                        "'user:alice' may not do 'certificate:renew' here: it requires the role requester or operator or"
                                + " admin for this resource, and the principal has: viewer of owner blog"));
    }

    @Test
    void namesTheGrantThatAllows() {
        Principal requester = principal(Grant.forOwner(Role.REQUESTER, "shop"));

        assertThat(AccessRules.authorize(requester, Action.CERTIFICATE_RENEW, SHOP))
                .isEqualTo(new AccessDecision.Allowed("requester of owner shop"));
    }

    @Test
    void refusesAGrantThatCouldBeMistakenForEverything() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Grant(Role.VIEWER, Set.of(), Set.of("*"), Set.of("*")))
                .withMessageContaining("owners");
    }

    @ParameterizedTest
    @CsvSource({
        "test-*, test-, true",
        "test-*, test-1, true",
        "test-*, atest-1, false",
        "*.prod, web.prod, true",
        "*.prod, web.prod.old, false",
        "a*b*c, axxbxxc, true",
        "a*b*c, axxbxx, false",
        "a, a, true",
        "a, ab, false",
        "a**, a, true",
        "'*a*a*a*a*a*b', aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa, false"
    })
    void matchesPatternsOfNames(String pattern, String name, boolean matches) {
        assertThat(Grant.matches(pattern, name)).isEqualTo(matches);
    }

    private static boolean allowed(Principal principal, Action action, Resource resource) {
        return AccessRules.authorize(principal, action, resource).isAllowed();
    }

    private static Principal principal(Grant... grants) {
        return new Principal("user:alice", List.of(grants));
    }

    /** It is an answer and a line of the log. */
    @Test
    void boundsTheReasonOfADenialAndTheRuleOfAnApproval() {
        Set<String> owners =
                IntStream.range(0, 5_000).mapToObj(i -> "owner-" + i).collect(Collectors.toSet());
        Principal principal = new Principal(
                "user:platform",
                IntStream.range(0, 5_000)
                        .mapToObj(i -> new Grant(Role.REQUESTER, owners, Set.of("*"), Set.of("*")))
                        .toList());

        assertThat(AccessRules.authorize(
                        principal, Action.CERTIFICATE_REQUEST, Resource.certificate("other", "www", "public")))
                .isInstanceOfSatisfying(AccessDecision.Denied.class, denied -> assertThat(denied.reason())
                        .hasSizeLessThan(2_000)
                        .contains("and 4995 more grants"));
        assertThat(AccessRules.authorize(
                        principal, Action.CERTIFICATE_REQUEST, Resource.certificate("owner-1", "www", "public")))
                .isInstanceOfSatisfying(AccessDecision.Allowed.class, allowed -> assertThat(allowed.rule())
                        .hasSizeLessThan(500)
                        .contains("or 4990 more"));
    }
}
