package dev.perennial.orders.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

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
    private final ServiceTokens tokens = new ServiceTokens(parts.database, parts.access, parts.clock);
    private final Instant tomorrow = parts.clock.instant().plus(Duration.ofDays(1));

    @Test
    void letsTheBootstrapTokenCreateTokensUntilAnAdminHasOne() {
        assertThat(create(BOOTSTRAP, "reader", VIEWER)).isInstanceOf(ServiceTokens.Created.Token.class);
        String admin = created(create(BOOTSTRAP, "admin", ADMIN)).text();

        assertThat(create(BOOTSTRAP, "second", ADMIN))
                .isInstanceOfSatisfying(ServiceTokens.Created.Denied.class, denied -> assertThat(
                                denied.problem().detail())
                        .contains("only while no token of an admin exists"));

        Principal principal = tokens.authenticate(admin).orElseThrow();
        assertThat(create(Caller.overRest(principal), "second", ADMIN)).isInstanceOf(ServiceTokens.Created.Token.class);
    }

    @Test
    void letsTheBootstrapTokenReplaceALostAdmin() {
        ServiceTokens.Created.Token admin = created(create(BOOTSTRAP, "admin", ADMIN));
        tokens.revoke(ServiceTokens.BOOTSTRAP, admin.token().id());

        assertThat(create(BOOTSTRAP, "admin", ADMIN)).isInstanceOf(ServiceTokens.Created.Token.class);
    }

    /** An admin of one owner can create no token, and so does not count. */
    @Test
    void countsAdminsOfTheInstallationOnly() {
        created(create(BOOTSTRAP, "shop", List.of(Grant.forOwner(Role.ADMIN, "shop"))));

        assertThat(create(BOOTSTRAP, "admin", ADMIN)).isInstanceOf(ServiceTokens.Created.Token.class);
    }

    @Test
    void createsOneAdminIfTheBootstrapTokenIsUsedTwiceAtOnce() {
        List<ServiceTokens.Created> results;
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

        assertThat(results)
                .filteredOn(ServiceTokens.Created.Token.class::isInstance)
                .hasSize(1);
    }

    @Test
    void deniesARequestThatCannotBeRead() {
        created(create(BOOTSTRAP, "admin", ADMIN));

        for (Caller denied : List.of(BOOTSTRAP, adminOfShop())) {
            ServiceTokens.Created result = tokens.create(denied, () -> {
                throw new IllegalArgumentException("not JSON");
            });

            assertThat(result).isInstanceOf(ServiceTokens.Created.Denied.class);
            assertThat(lastDecision().subject()).contains("create");
        }
    }

    @Test
    void recordsNoDecisionAboutAnAllowedRequestThatCannotBeRead() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> tokens.create(BOOTSTRAP, () -> {
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

        assertThat(create(BOOTSTRAP, "reader", VIEWER)).isInstanceOf(ServiceTokens.Created.NameTaken.class);
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

        assertThat(tokens.authenticate(broken).orElseThrow().grants()).isEmpty();
        assertThat(tokens.all()).hasSize(1);
        created(create(BOOTSTRAP, "admin", ADMIN));
    }

    @Test
    void writesTheLastUseOncePerMinute() {
        ServiceTokens.Created.Token reader = created(create(BOOTSTRAP, "reader", VIEWER));
        tokens.authenticate(reader.text());
        Optional<Instant> first = tokens.all().getFirst().lastUsedAt();

        tokens.authenticate(reader.text());

        assertThat(first).isPresent();
        assertThat(tokens.all().getFirst().lastUsedAt()).isEqualTo(first);
    }

    @Test
    void keepsTheFirstRevocation() {
        ServiceTokens.Created.Token reader = created(create(BOOTSTRAP, "reader", VIEWER));
        String id = reader.token().id();
        tokens.revoke(new Principal("token:alice", ADMIN), id);

        assertThat(tokens.revoke(new Principal("token:bob", ADMIN), id)).isTrue();

        assertThat(tokens.all().getFirst().revokedBy()).contains("token:alice");
        assertThat(tokens.authenticate(reader.text())).isEmpty();
        assertThat(tokens.revoke(ServiceTokens.BOOTSTRAP, "0000000000000000")).isFalse();
    }

    @Test
    void showsNoSecretInItsTexts() {
        ServiceTokens.Created.Token reader = created(create(BOOTSTRAP, "reader", VIEWER));

        assertThat(reader.toString()).doesNotContain(reader.text());
        assertThat(TokenText.parse(reader.text()).orElseThrow())
                .hasToString("prn_" + reader.token().id());
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

    private ServiceTokens.Created create(Caller creator, String name, List<Grant> grants) {
        return tokens.create(creator, () -> new ServiceTokens.NewToken(name, grants, tomorrow));
    }

    private static ServiceTokens.Created.Token created(ServiceTokens.Created result) {
        assertThat(result).isInstanceOf(ServiceTokens.Created.Token.class);
        return (ServiceTokens.Created.Token) result;
    }
}
