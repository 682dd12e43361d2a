package dev.perennial.orders.policy;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.perennial.events.ErrorCode;
import dev.perennial.events.Problem;
import dev.perennial.orders.database.Json;
import dev.perennial.orders.parts.LogLines;
import dev.perennial.orders.parts.ServiceFixture;
import dev.perennial.orders.policy.PolicyChanges.Outcome;
import dev.perennial.rules.requests.OwnerPolicies;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PolicyChangesIT {
    private static final String SHOP = "{\"owners\":{\"shop\":{\"allowedSuffixes\":[\"shop.example.com\"]}}}";
    private static final String DENIED = "{\"otherOwners\":\"DENIED\"}";

    private final ServiceFixture parts = new ServiceFixture();

    @Test
    void refusesTheClaimsOfAnUnknownProvider() {
        String document = """
                {"owners": {"shop": {"claims": [
                  {"provider": "corp", "claim": "groups", "value": "shop", "role": "viewer"},
                  {"provider": "other", "claim": "groups", "value": "shop", "role": "viewer"}]}}}""";

        assertThat(parts.policyChanges.put(ServiceFixture.CALLER.principal(), Json.read(document, JsonNode.class), 0))
                .isInstanceOfSatisfying(PolicyChanges.Outcome.Refused.class, refused -> assertThat(refused.problems())
                        .singleElement()
                        .satisfies(problem -> assertThat(problem.detail())
                                .isEqualTo("field 'owners.shop.claims[1]': 'other' is not a configured identity"
                                        + " provider")));
    }

    @Test
    void restrictsNoOwnerWithoutAPolicy() {
        assertThat(current(parts.ownerPolicy)).isEqualTo(OwnerPolicies.NONE);
    }

    @Test
    void storesEachChangeAsARevision() {
        assertThat(stored(put(SHOP, 0)).created()).isTrue();
        Outcome.Stored second = stored(put(DENIED, 1));

        assertThat(second.created()).isFalse();
        assertThat(second.policy().revision()).isEqualTo(2);
        assertThat(revisions()).extracting(StoredPolicy::revision).containsExactly(2L, 1L);
        assertThat(revisions()).extracting(StoredPolicy::principal).containsOnly("user:test");
        assertThat(document(1)).isEqualTo(Json.read("""
                {"otherOwners":"ALLOWED","owners":{"shop":{"allowedSuffixes":["shop.example.com"]}}}""", JsonNode.class));
        assertThat(current(parts.ownerPolicy).of("shop")).isEmpty();
    }

    @Test
    void storesTheSameDocumentOnce() {
        put(SHOP, 0);

        assertThat(stored(put(SHOP, 1)).policy().revision()).isEqualTo(1);
        assertThat(revisions()).hasSize(1);
    }

    @Test
    void refusesAChangeThatIsBasedOnAnotherRevision() {
        assertThat(codes(put(SHOP, 1))).containsExactly(ErrorCode.POLICY_CHANGED);
        put(SHOP, 0);

        assertThat(codes(put(DENIED, 0))).containsExactly(ErrorCode.POLICY_CHANGED);
        assertThat(codes(put(DENIED, 2))).containsExactly(ErrorCode.POLICY_CHANGED);
        assertThat(current(parts.ownerPolicy).of("blog")).isPresent();
    }

    @Test
    void letsOneOfManyConcurrentWritersWin() throws Exception {
        put(SHOP, 0);
        int writers = 8;
        CountDownLatch ready = new CountDownLatch(writers);
        List<Future<Outcome>> outcomes = new ArrayList<>();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < writers; i++) {
                String document = "{\"owners\":{\"owner-" + i + "\":{}}}";
                outcomes.add(threads.submit(() -> {
                    ready.countDown();
                    ready.await();
                    return put(document, 1);
                }));
            }
        }

        List<Outcome> results = new ArrayList<>();
        for (Future<Outcome> outcome : outcomes) {
            results.add(outcome.get());
        }
        assertThat(results).filteredOn(Outcome.Stored.class::isInstance).hasSize(1);
        assertThat(revisions()).hasSize(2);
    }

    @Test
    void keepsThePolicyAfterAnInvalidDocument() {
        put(SHOP, 0);

        assertThat(problems(put("""
                {"otherOwners":"DENIED","owners":{"shop":{"allowedSuffixes":["example.org"],"allowedNetworks":["192.0.2.0/24"],
                 "hosts":["web-1","web-9"],"issuers":["local","unknown"]}}}""", 1)))
                .containsExactly(
                        "field 'owners.shop.allowedSuffixes[0]': 'example.org' is not in a domain that"
                                + " perennial.policy.allowed-suffixes permits",
                        "field 'owners.shop.allowedNetworks[0]': '192.0.2.0/24' is not in a network that"
                                + " perennial.policy.allowed-networks permits",
                        "field 'owners.shop.hosts[1]': 'web-9' is not registered",
                        "field 'owners.shop.issuers[1]': 'unknown' is not a configured issuer");
        assertThat(problems(put("{\"owners\":7}", 1)))
                .containsExactly("field 'owners': must be an object with a policy for" + " each owner");

        assertThat(revisions()).hasSize(1);
        assertThat(current(parts.ownerPolicy).of("blog")).isPresent();
    }

    @Test
    void keepsTheLastRevisions() {
        for (int revision = 0; revision < PolicyTable.KEPT + 2; revision++) {
            put("{\"owners\":{\"owner-" + revision + "\":{}}}", revision);
        }

        assertThat(revisions()).hasSize(PolicyTable.KEPT);
        assertThat(revisions().getLast().revision()).isEqualTo(3);
        assertThat(current(parts.ownerPolicy).owners()).containsOnlyKeys("owner-" + (PolicyTable.KEPT + 1));
    }

    @Test
    void readsTheChangeOfAnotherProcess() {
        CurrentPolicy other = new CurrentPolicy();
        put(SHOP, 0);
        assertThat(current(other).owners()).containsOnlyKeys("shop");

        put(DENIED, 1);

        assertThat(current(other).of("shop")).isEmpty();
    }

    /** As after the restoration of a backup. */
    @Test
    void readsAnotherDocumentOfTheSameRevision() {
        put(SHOP, 0);
        current(parts.ownerPolicy);
        parts.database.inTransaction(tx -> tx.execute("DELETE FROM policy_revision"));
        put(DENIED, 0);

        assertThat(current(parts.ownerPolicy).of("shop")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"[]", "null", "\"text\"", "{\"owners\":{\"shop\":{\"restrictionOfANewerVersion\":1}}}"})
    void usesTheLastPolicyThatItCouldRead(String unreadable) {
        put(SHOP, 0);
        current(parts.ownerPolicy);
        put(DENIED, 1);
        parts.database.inTransaction(tx ->
                tx.execute("UPDATE policy_revision SET document = CAST(? AS jsonb) WHERE revision = 2", unreadable));
        try (LogLines lines = new LogLines(CurrentPolicy.class)) {
            assertThat(current(parts.ownerPolicy).of("blog")).isPresent();
            current(parts.ownerPolicy);

            assertThat(lines.all()).filteredOn(line -> line.contains("ALARM")).hasSize(1);
        }
        assertThat(current(new CurrentPolicy()))
                .as("a process that has read none refuses every request")
                .isEqualTo(OwnerPolicies.UNREADABLE);
        assertThat(stored(put(SHOP, 2)).policy().revision()).isEqualTo(3);
        assertThat(current(parts.ownerPolicy).owners()).containsOnlyKeys("shop");
    }

    private OwnerPolicies current(CurrentPolicy policy) {
        return parts.database.inTransaction(policy::read);
    }

    private Outcome put(String document, long expected) {
        return parts.policyChanges.put(
                ServiceFixture.CALLER.principal(), Json.read(document, JsonNode.class), expected);
    }

    private List<StoredPolicy> revisions() {
        return parts.database.inTransaction(tx -> new PolicyTable(tx).all());
    }

    private JsonNode document(long revision) {
        return Json.read(
                parts.database.inTransaction(
                        tx -> new PolicyTable(tx).document(revision).orElseThrow()),
                JsonNode.class);
    }

    private static Outcome.Stored stored(Outcome outcome) {
        return (Outcome.Stored) outcome;
    }

    private static List<String> problems(Outcome outcome) {
        return ((Outcome.Refused) outcome)
                .problems().stream().map(Problem::detail).toList();
    }

    private static List<ErrorCode> codes(Outcome outcome) {
        return ((Outcome.Refused) outcome)
                .problems().stream().map(Problem::code).toList();
    }
}
