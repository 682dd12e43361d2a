package dev.perennial.orders.hosts;

import static dev.perennial.orders.parts.ServiceFixture.request;
import static org.assertj.core.api.Assertions.assertThat;

import dev.perennial.events.ErrorCode;
import dev.perennial.events.Problem;
import dev.perennial.orders.hosts.Hosts.Removal;
import dev.perennial.orders.parts.ServiceFixture;
import dev.perennial.orders.submission.AcceptedOrder;
import dev.perennial.orders.submission.SubmissionResult;
import dev.perennial.platform.crypto.SigningKey;
import dev.perennial.rules.access.Principal;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.jdbi.v3.core.Handle;
import org.junit.jupiter.api.Test;

/** The hosts that requests may name, and their removal. */
class HostsIT {
    private static final Principal OPERATOR = new Principal("token:operator", List.of());

    private final ServiceFixture parts = new ServiceFixture();
    private final Hosts hosts = new Hosts(parts.database, parts.clock);
    private final HostKeys keys = new HostKeys(parts.database, parts.clock);

    @Test
    void registersAHostOnce() {
        Hosts.Put first = put("db-1", Map.of("zone", "a"));

        assertThat(first.created()).isTrue();
        assertThat(hosts.put(OPERATOR, "db-1", Optional.empty()).host()).isEqualTo(first.host());
        assertThat(put("db-1", Map.of("zone", "b")).created()).isFalse();
        assertThat(detail("db-1").host().labels()).isEqualTo(Map.of("zone", "b"));
    }

    @Test
    void acceptsRequestsForRegisteredHostsOnly() {
        assertThat(codes(submit("r1", "db-1"))).containsExactly(ErrorCode.UNKNOWN_HOST);

        put("db-1", Map.of());

        assertThat(submit("r2", "db-1")).isInstanceOf(SubmissionResult.Accepted.class);
        assertThat(detail("db-1").certificates()).isEqualTo(1);
    }

    @Test
    void refusesTargetsThatCannotBeNamesOfHosts() {
        assertThat(codes(submit("r1", "a\0b"))).containsExactly(ErrorCode.UNKNOWN_HOST);
        assertThat(codes(submit("r2", "x".repeat(10_000)))).containsExactly(ErrorCode.UNKNOWN_HOST);
    }

    @Test
    void removesNoHostThatACertificateNames() {
        submit("r1", "web-1");

        assertThat(hosts.remove(OPERATOR, "web-1", false)).isEqualTo(new Removal.InUse(1));

        assertThat(detail("web-1").host().isRemoved()).isFalse();
        assertThat(hosts.remove(OPERATOR, "web-1", true)).isEqualTo(new Removal.Removed());
    }

    @Test
    void removesAHostOfRetiredCertificates() {
        submit("r1", "web-1");
        parts.database.inTransaction(
                tx -> tx.execute("UPDATE certificate SET retired_at = now(), retired_reason = 'unused'"));

        assertThat(hosts.remove(OPERATOR, "web-1", false)).isEqualTo(new Removal.Removed());
    }

    @Test
    void revokesTheKeysWithTheRemoval() {
        SigningKey key = SigningKey.generate();
        keys.register(OPERATOR, "web-1", key.verificationKey());

        hosts.remove(OPERATOR, "web-1", false);

        assertThat(detail("web-1").keys()).singleElement().satisfies(it -> assertThat(it.revokedBy())
                .contains("token:operator"));
        assertThat(codes(submit("r1", "web-1"))).containsExactly(ErrorCode.UNKNOWN_HOST);
        assertThat(keys.register(OPERATOR, "web-1", SigningKey.generate().verificationKey()))
                .isInstanceOf(HostKeys.Registration.UnknownHost.class);
    }

    @Test
    void keepsTheFirstRemoverOfAHost() {
        hosts.remove(OPERATOR, "web-1", false);
        RegisteredHost removed = detail("web-1").host();

        assertThat(hosts.remove(new Principal("token:other", List.of()), "web-1", false))
                .isEqualTo(new Removal.Removed());

        assertThat(detail("web-1").host()).isEqualTo(removed);
        assertThat(hosts.remove(OPERATOR, "never-seen", false)).isEqualTo(new Removal.Unknown());
    }

    @Test
    void registersARemovedHostAgainWithoutItsKeys() {
        SigningKey key = SigningKey.generate();
        put("web-1", Map.of("zone", "a"));
        keys.register(OPERATOR, "web-1", key.verificationKey());
        hosts.remove(OPERATOR, "web-1", false);

        assertThat(hosts.put(OPERATOR, "web-1", Optional.empty()).created()).isTrue();

        assertThat(detail("web-1").host().labels()).isEqualTo(Map.of("zone", "a"));
        assertThat(detail("web-1").keys()).allMatch(it -> it.revokedAt().isPresent());
        assertThat(keys.register(OPERATOR, "web-1", key.verificationKey()))
                .isInstanceOf(HostKeys.Registration.Refused.class);
        assertThat(submit("r1", "web-1")).isInstanceOf(SubmissionResult.Accepted.class);
    }

    /** Otherwise a certificate could name a host that is removed, and wait for it. */
    @Test
    void waitsForRequestsThatNameTheHost() throws Exception {
        CompletableFuture<Removal> removal;
        try (Handle request = parts.database.open()) {
            request.begin();
            assertThat(new HostTable(request).lockRegistered(List.of("web-1", "never-seen")))
                    .containsExactly("web-1");
            removal = CompletableFuture.supplyAsync(() -> hosts.remove(OPERATOR, "web-1", false));
            while (parts.database.inTransaction(tx -> tx.createQuery(
                                    "SELECT count(*) FROM pg_locks WHERE NOT granted AND pid <> pg_backend_pid()")
                            .mapTo(Integer.class)
                            .one())
                    == 0) {
                assertThat(removal).isNotDone();
                Thread.onSpinWait();
            }
            request.execute("""
                    INSERT INTO certificate (id, owner, name, identifiers, issuer, key_type, targets, labels, created_at, updated_at)
                    VALUES (gen_random_uuid(), 'web', 'late', '{late.example.com}', 'local', 'EC_P256', '{web-1}', '{}', now(), now())""");
            request.commit();
        }

        assertThat(result(removal)).isEqualTo(new Removal.InUse(1));
    }

    @Test
    void listsHostsPageByPage() {
        List.of("c", "a", "b").forEach(host -> put(host, Map.of()));
        hosts.remove(OPERATOR, "b", false);

        assertThat(hosts.page("", false, 2)).extracting(RegisteredHost::name).containsExactly("a", "c");
        assertThat(hosts.page("c", false, 9)).extracting(RegisteredHost::name).containsExactly("web-1", "web-2");
        assertThat(hosts.page("", true, 9))
                .extracting(RegisteredHost::name)
                .containsExactly("a", "b", "c", "web-1", "web-2");
    }

    @Test
    void showsAHostWithUnreadableLabels() {
        parts.database.inTransaction(tx -> tx.execute("UPDATE host SET labels = '[7]'"));

        assertThat(hosts.page("", false, 9)).allMatch(host -> host.labels().isEmpty());
        assertThat(submit("r1", "web-1")).isInstanceOf(SubmissionResult.Accepted.class);
    }

    /** The removal of one of ten thousand hosts, and a request for one of them, read few rows. */
    @Test
    void findsHostsAndTheirCertificatesByIndex() {
        String plan = parts.database.inTransaction(tx -> {
            tx.execute("SET LOCAL enable_seqscan = off");
            return String.join("\n", tx.createQuery("""
                            EXPLAIN SELECT count(*) FROM certificate WHERE targets @> ARRAY['web-1'] AND retired_at IS NULL""").mapTo(String.class).list());
        });

        assertThat(plan).contains("certificate_targets");
    }

    private static Removal result(CompletableFuture<Removal> removal) throws InterruptedException {
        try {
            return removal.get();
        } catch (ExecutionException e) {
            throw new AssertionError(e.getCause());
        }
    }

    private Hosts.Put put(String name, Map<String, String> labels) {
        return hosts.put(OPERATOR, name, Optional.of(labels));
    }

    private Hosts.Detail detail(String name) {
        return hosts.find(name).orElseThrow();
    }

    private SubmissionResult<AcceptedOrder> submit(String id, String target) {
        return parts.submit(id, request("shop-" + id, List.of(target), "shop.example.com"));
    }

    private static List<ErrorCode> codes(SubmissionResult<AcceptedOrder> result) {
        return ServiceFixture.problems(result).stream().map(Problem::code).toList();
    }
}
