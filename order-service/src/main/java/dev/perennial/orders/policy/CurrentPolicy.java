package dev.perennial.orders.policy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.perennial.orders.database.Json;
import dev.perennial.rules.access.Membership;
import dev.perennial.rules.requests.OwnerPolicies;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jboss.logging.Logger;
import org.jdbi.v3.core.Handle;

/**
 * The policy of the owners that applies in a transaction. Each decision reads the revision; the document is read once for each
 * revision.
 */
@Singleton
public class CurrentPolicy {
    private static final Logger LOG = Logger.getLogger(CurrentPolicy.class);
    private static final Known NONE = new Known(0, Instant.EPOCH, OwnerPolicies.NONE, Map.of());
    /** A document that cannot be read may contain any restriction. */
    private static final Known UNREADABLE = new Known(0, Instant.EPOCH, OwnerPolicies.UNREADABLE, Map.of());

    /** The last policy that could be read. */
    private volatile Known known = NONE;
    /** The revision that could not be read last, which is reported once. */
    private volatile long unreadable;

    /** @param at a backup that was restored may have another document at the same revision */
    private record Known(long revision, Instant at, OwnerPolicies policies, Map<String, List<Membership>> members) {}

    /** Never throws because of the document: it must stop neither a worker nor a channel. */
    public OwnerPolicies read(Handle tx) {
        return current(tx).policies();
    }

    /**
     * The memberships that tokens of an identity provider can have. There are none as long as no policy could be read.
     *
     * @param provider the name of the identity provider
     */
    public List<Membership> members(Handle tx, String provider) {
        return current(tx).members().getOrDefault(provider, List.of());
    }

    private Known current(Handle tx) {
        PolicyTable table = new PolicyTable(tx);
        Optional<StoredPolicy> current = table.current();
        if (current.isEmpty()) {
            return NONE;
        }
        long revision = current.get().revision();
        Instant at = current.get().at();
        Known last = known;
        if (last.revision() == revision && last.at().equals(at)) {
            return last;
        }
        Optional<OwnerPolicies> read = table.document(revision).flatMap(CurrentPolicy::policies);
        if (read.isEmpty()) {
            report(revision);
            return last.revision() == 0 ? UNREADABLE : last;
        }
        Known next = new Known(revision, at, read.get(), read.get().memberships());
        known = next;
        return next;
    }

    /** Strictly: an unknown field may be a restriction that a newer version knows. */
    private static Optional<OwnerPolicies> policies(String document) {
        return Json.readOr(
                () -> PolicyReader.read(Json.read(document, JsonNode.class)) instanceof PolicyReader.Valid valid
                        ? Optional.of(valid.policies())
                        : Optional.empty(),
                Optional.empty());
    }

    private void report(long revision) {
        if (unreadable != revision) {
            unreadable = revision;
            LOG.errorf(
                    "ALARM: revision %d of the policy cannot be read; the policy that this process read before is used, and"
                            + " without one, all requests are refused. Apply a policy again; see"
                            + " docs/operating/policy.md#if-the-policy-cannot-be-read",
                    revision);
        }
    }
}
