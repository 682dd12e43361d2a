package dev.perennial.orders.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.perennial.orders.approvals.FourEyesMode;
import dev.perennial.orders.approvals.TokenApprovals;
import dev.perennial.orders.parts.ServiceFixture;
import dev.perennial.rules.access.Grant;
import dev.perennial.rules.access.Principal;
import dev.perennial.rules.access.Role;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ServiceTokensIT {
    private static final Caller BOOTSTRAP = Caller.overRest(ServiceTokens.BOOTSTRAP);
    private static final List<Grant> ADMIN = List.of(Grant.everywhere(Role.ADMIN));
    private static final List<Grant> VIEWER = List.of(Grant.everywhere(Role.VIEWER));

    private final ServiceFixture parts = new ServiceFixture();
    private final ServiceTokens tokens = parts.tokens;
    private final Instant tomorrow = parts.clock.instant().plus(Duration.ofDays(1));

    @Test
    void letsTheBootstrapTokenCreateTokensUntilAnAdminHasOne() {
        assertThat(create(BOOTSTRAP, "reader", VIEWER)).isInstanceOf(TokenApprovals.Created.Token.class);
        String admin = created(create(BOOTSTRAP, "admin", ADMIN)).text();

        assertThat(create(BOOTSTRAP, "second", ADMIN))
                .isInstanceOfSatisfying(TokenApprovals.Created.Denied.class, denied -> assertThat(
                                denied.problem().detail())
                        .contains("only while no token of an admin exists"));

        Principal principal = principal(admin);
        assertThat(create(Caller.overRest(principal), "second", ADMIN))
                .isInstanceOf(TokenApprovals.Created.Token.class);
    }

    @Test
    void letsTheBootstrapTokenReplaceALostAdmin() {
        TokenApprovals.Created.Token admin = created(create(BOOTSTRAP, "admin", ADMIN));
        tokens.revoke(ServiceTokens.BOOTSTRAP, admin.token().id());

        assertThat(create(BOOTSTRAP, "admin", ADMIN)).isInstanceOf(TokenApprovals.Created.Token.class);
    }

    /** Otherwise an admin who can read it revokes the tokens of the others, and creates two of its own. */
    @Test
    void letsTheBootstrapTokenCreateTwoAdminsWithFourEyesAndNoneAfterwards() {
        parts.fourEyesMode = FourEyesMode.REQUIRED;
        Instant now = parts.clock.instant();
        TokenApprovals.Created.Token alice = created(create(BOOTSTRAP, "alice", ADMIN));
        assertThat(created(create(principal(alice), "waits", ADMIN)).token().isUsable(now))
                .as("a token that waits is no second admin")
                .isFalse();
        TokenApprovals.Created.Token bob = created(create(BOOTSTRAP, "bob", ADMIN));
        assertThat(bob.waits()).isEmpty();

        assertThat(create(BOOTSTRAP, "third", ADMIN)).isInstanceOf(TokenApprovals.Created.Denied.class);
        assertThat(create(BOOTSTRAP, "reader", VIEWER)).isInstanceOf(TokenApprovals.Created.Denied.class);
        tokens.revoke(ServiceTokens.BOOTSTRAP, alice.token().id());
        tokens.revoke(ServiceTokens.BOOTSTRAP, bob.token().id());
        assertThat(create(BOOTSTRAP, "third", ADMIN)).isInstanceOf(TokenApprovals.Created.Denied.class);

        parts.fourEyesMode = FourEyesMode.OFF;
        created(create(BOOTSTRAP, "third", ADMIN));
    }

    private Caller principal(TokenApprovals.Created.Token token) {
        return Caller.overRest(principal(token.text()));
    }

    @Test
    void createsTwoAdminsIfTheBootstrapTokenIsUsedAtOnceWithFourEyes() {
        parts.fourEyesMode = FourEyesMode.REQUIRED;

        assertThat(createAtOnce()).hasSize(2);
    }

    /** An admin of one owner can create no token, and so does not count. */
    @Test
    void countsAdminsOfTheInstallationOnly() {
        created(create(BOOTSTRAP, "shop", List.of(Grant.forOwner(Role.ADMIN, "shop"))));

        assertThat(create(BOOTSTRAP, "admin", ADMIN)).isInstanceOf(TokenApprovals.Created.Token.class);
    }

    @Test
    void createsOneAdminIfTheBootstrapTokenIsUsedTwiceAtOnce() {
        assertThat(createAtOnce()).hasSize(1);
    }

    private List<TokenApprovals.Created> createAtOnce() {
        List<TokenApprovals.Created> results;
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            results =
                    IntStream.range(0, 8)
                            .mapToObj(i -> threads.submit(() -> create(BOOTSTRAP, "admin-" + i, ADMIN)))
                            .toList()
                            .stream()
                            .map(future -> {
                                try {
                                    return future.get();
                                } catch (Exception e) {
                                    throw new IllegalStateException(e);
                                }
                            })
                            .toList();
        }

        return results.stream()
                .filter(TokenApprovals.Created.Token.class::isInstance)
                .toList();
    }

    @Test
    void deniesARequestThatCannotBeRead() {
        created(create(BOOTSTRAP, "admin", ADMIN));

        for (Caller denied : List.of(BOOTSTRAP, adminOfShop())) {
            TokenApprovals.Created result = parts.tokenApprovals.create(denied, () -> {
                throw new IllegalArgumentException("not JSON");
            });

            assertThat(result).isInstanceOf(TokenApprovals.Created.Denied.class);
            assertThat(lastDecision().subject()).contains("create");
        }
    }

    @Test
    void recordsNoDecisionAboutAnAllowedRequestThatCannotBeRead() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> parts.tokenApprovals.create(BOOTSTRAP, () -> {
                    throw new IllegalArgumentException("not JSON");
                }));

        assertThat(decisions()).isEmpty();
    }

    @Test
    void recordsWhatADeniedCallerRequested() {
        create(adminOfShop(), "reader", VIEWER);

        assertThat(lastDecision().allowed()).isFalse();
        assertThat(lastDecision().subject())
                .hasValueSatisfying(subject -> assertThat(subject).startsWith("create reader: "));
    }

    @Test
    void refusesASecondTokenOfTheSameName() {
        created(create(BOOTSTRAP, "reader", VIEWER));

        assertThat(create(BOOTSTRAP, "reader", VIEWER)).isInstanceOf(TokenApprovals.Created.NameTaken.class);
    }

    @Test
    void freesTheNameOfAnExpiredToken() {
        created(create(BOOTSTRAP, "admin", ADMIN));
        parts.database.inTransaction(tx -> tx.execute("UPDATE service_token SET expires_at = now()"));

        created(create(BOOTSTRAP, "admin", ADMIN));

        assertThat(tokens.all()).hasSize(2);
        assertThat(tokens.all().getFirst().revokedAt()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"{}", "[7]", "null", "[{\"role\": \"ADMIN\", \"owners\": []}]"})
    void givesNoRightsToATokenWhoseGrantsCannotBeRead(String grants) {
        String broken = created(create(BOOTSTRAP, "broken", ADMIN)).text();
        parts.database.inTransaction(tx -> tx.execute("UPDATE service_token SET grants = CAST(? AS jsonb)", grants));

        assertThat(principal(broken).grants()).isEmpty();
        assertThat(tokens.all()).hasSize(1);
        created(create(BOOTSTRAP, "admin", ADMIN));
    }

    @Test
    void writesTheLastUseOncePerMinute() {
        TokenApprovals.Created.Token reader = created(create(BOOTSTRAP, "reader", VIEWER));
        tokens.authenticate(reader.text());
        Optional<Instant> first = tokens.all().getFirst().lastUsedAt();

        tokens.authenticate(reader.text());

        assertThat(first).isPresent();
        assertThat(tokens.all().getFirst().lastUsedAt()).isEqualTo(first);
    }

    @Test
    void keepsTheFirstRevocation() {
        TokenApprovals.Created.Token reader = created(create(BOOTSTRAP, "reader", VIEWER));
        String id = reader.token().id();
        tokens.revoke(new Principal("token:alice", ADMIN), id);

        assertThat(tokens.revoke(new Principal("token:bob", ADMIN), id)).isTrue();

        assertThat(tokens.all().getFirst().revokedBy()).contains("token:alice");
        assertThat(tokens.authenticate(reader.text())).isInstanceOf(ServiceTokens.Authenticated.Unknown.class);
        assertThat(tokens.revoke(ServiceTokens.BOOTSTRAP, "0000000000000000")).isFalse();
    }

    @Test
    void showsNoSecretInItsTexts() {
        TokenApprovals.Created.Token reader = created(create(BOOTSTRAP, "reader", VIEWER));

        assertThat(reader.toString()).doesNotContain(reader.text());
        assertThat(TokenText.parse(reader.text()).orElseThrow())
                .hasToString("prn_" + reader.token().id());
    }

    private Principal principal(String text) {
        return ((ServiceTokens.Authenticated.As) tokens.authenticate(text)).principal();
    }

    /** An admin of one owner can create no token. */
    private static Caller adminOfShop() {
        return Caller.overRest(new Principal("token:shop", List.of(Grant.forOwner(Role.ADMIN, "shop"))));
    }

    private AccessLog.Entry lastDecision() {
        return decisions().getFirst();
    }

    private List<AccessLog.Entry> decisions() {
        return parts.database.inTransaction(tx -> new AccessLog(tx).before(Long.MAX_VALUE, Optional.empty(), 10));
    }

    private TokenApprovals.Created create(Caller creator, String name, List<Grant> grants) {
        return parts.tokenApprovals.create(creator, () -> new ServiceTokens.NewToken(name, grants, tomorrow));
    }

    private static TokenApprovals.Created.Token created(TokenApprovals.Created result) {
        assertThat(result).isInstanceOf(TokenApprovals.Created.Token.class);
        return (TokenApprovals.Created.Token) result;
    }
}
