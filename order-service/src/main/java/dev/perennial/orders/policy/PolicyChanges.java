package dev.perennial.orders.policy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.perennial.acme.Issuers;
import dev.perennial.events.ErrorCode;
import dev.perennial.events.Problem;
import dev.perennial.orders.database.Database;
import dev.perennial.orders.database.Json;
import dev.perennial.orders.hosts.HostTable;
import dev.perennial.orders.identity.IdentityProvidersConfig;
import dev.perennial.platform.telemetry.Spans;
import dev.perennial.rules.access.Principal;
import dev.perennial.rules.requests.OwnerPolicies;
import dev.perennial.rules.requests.Policy;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jboss.logging.Logger;
import org.jdbi.v3.core.Handle;

/** Changes the policy of the owners as a whole: each change is a new revision. */
@Singleton
public class PolicyChanges {
    private static final Logger LOG = Logger.getLogger(PolicyChanges.class);

    private final Database database;
    private final Policy installation;
    private final Issuers issuers;
    private final IdentityProvidersConfig providers;
    private final Clock clock;

    @Inject
    public PolicyChanges(
            Database database, Policy installation, Issuers issuers, IdentityProvidersConfig providers, Clock clock) {
        this.database = database;
        this.installation = installation;
        this.issuers = issuers;
        this.providers = providers;
        this.clock = clock;
    }

    /** The result of a change. */
    public sealed interface Outcome {
        /** The policy has this document now. */
        record Stored(StoredPolicy policy, JsonNode document, boolean created) implements Outcome {}

        /** Nothing was changed; contains every reason. */
        record Refused(List<Problem> problems) implements Outcome {
            public Refused {
                problems = List.copyOf(problems);
            }
        }
    }

    /** Reads a document, and checks that it names only what the installation has and allows. */
    public PolicyReader.Result read(JsonNode document) {
        return database.inTransaction(tx -> read(tx, document));
    }

    private PolicyReader.Result read(Handle tx, JsonNode document) {
        return switch (PolicyReader.read(document)) {
            case PolicyReader.Invalid invalid -> invalid;
            case PolicyReader.Valid valid -> {
                Set<String> hosts = new HostTable(tx).registered(PolicyReferenceCheck.hosts(valid.policies()));
                List<Problem> unknown = PolicyReferenceCheck.check(
                        valid.policies(),
                        installation,
                        issuers.names(),
                        hosts,
                        providers.providers().keySet());
                yield unknown.isEmpty() ? valid : new PolicyReader.Invalid(unknown);
            }
        };
    }

    /**
     * Replaces the policy. The same document again is no change.
     *
     * @param expected the revision that the policy must have; 0 if there must be none
     */
    public Outcome put(Principal by, JsonNode written, long expected) {
        return database.inTransaction(tx -> put(tx, by, written, expected));
    }

    /** As {@link #put(Principal, JsonNode, long)}, in a transaction. */
    public Outcome put(Handle tx, Principal by, JsonNode written, long expected) {
        return switch (read(tx, written)) {
            case PolicyReader.Invalid invalid -> new Outcome.Refused(invalid.problems());
            case PolicyReader.Valid valid -> {
                ObjectNode document = complete(written, valid.policies());
                yield unchanged(tx, document, expected).orElseGet(() -> store(tx, by, document, expected));
            }
        };
    }

    /** The outcome of a change that would be refused, or would change nothing; empty if it would change the policy. */
    public Optional<Outcome> check(Handle tx, JsonNode written, long expected) {
        return switch (read(tx, written)) {
            case PolicyReader.Invalid invalid -> Optional.of(new Outcome.Refused(invalid.problems()));
            case PolicyReader.Valid valid -> unchanged(tx, complete(written, valid.policies()), expected);
        };
    }

    private static Optional<Outcome> unchanged(Handle tx, ObjectNode document, long expected) {
        PolicyTable table = new PolicyTable(tx);
        Optional<StoredPolicy> current = table.current();
        long revision = current.map(StoredPolicy::revision).orElse(0L);
        if (revision != expected) {
            return Optional.of(new Outcome.Refused(List.of(changed(revision))));
        }
        return table.document(revision)
                .filter(it -> isSame(it, document))
                .map(it -> new Outcome.Stored(current.orElseThrow(), document, false));
    }

    private Outcome store(Handle tx, Principal by, ObjectNode document, long revision) {
        StoredPolicy next = new StoredPolicy(
                revision + 1, clock.instant().truncatedTo(ChronoUnit.MICROS), by.id(), Spans.traceId());
        new PolicyTable(tx).add(next, Json.write(document));
        LOG.infof("the policy of the owners has revision %d, by %s", next.revision(), by.id());
        return new Outcome.Stored(next, document, revision == 0);
    }

    private static Problem changed(long revision) {
        return Problem.of(
                ErrorCode.POLICY_CHANGED,
                "header 'If-Match': the policy has revision " + revision
                        + " now; nothing was changed. Read the policy again and repeat the change");
    }

    private static boolean isSame(String stored, JsonNode document) {
        return Json.readOr(() -> Json.read(stored, JsonNode.class).equals(document), false);
    }

    /** With the values of absent fields that could be mistaken. */
    private static ObjectNode complete(JsonNode written, OwnerPolicies policies) {
        ObjectNode document = written.deepCopy();
        document.put(PolicyReader.OTHER_OWNERS, policies.others().name());
        if (!document.has(PolicyReader.OWNERS)) {
            document.putObject(PolicyReader.OWNERS);
        }
        return document;
    }
}
