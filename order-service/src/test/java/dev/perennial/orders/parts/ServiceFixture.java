package dev.perennial.orders.parts;

import com.fasterxml.jackson.databind.JsonNode;
import dev.perennial.acme.Issuers;
import dev.perennial.events.CertificateRequested;
import dev.perennial.events.CloudEvent;
import dev.perennial.events.DeploymentFact;
import dev.perennial.events.EventCodec;
import dev.perennial.events.Initiator;
import dev.perennial.events.IssuerSettings;
import dev.perennial.events.OrderFact;
import dev.perennial.events.Problem;
import dev.perennial.events.RequestedIdentifier;
import dev.perennial.events.Topic;
import dev.perennial.orders.access.AccessControl;
import dev.perennial.orders.access.Caller;
import dev.perennial.orders.access.ServiceTokens;
import dev.perennial.orders.approvals.ApprovalRequests;
import dev.perennial.orders.approvals.Approvals;
import dev.perennial.orders.approvals.ApprovalsConfig;
import dev.perennial.orders.approvals.FourEyes;
import dev.perennial.orders.approvals.FourEyesMode;
import dev.perennial.orders.approvals.PolicyApprovals;
import dev.perennial.orders.approvals.TokenApprovals;
import dev.perennial.orders.database.Database;
import dev.perennial.orders.database.Json;
import dev.perennial.orders.hosts.Hosts;
import dev.perennial.orders.identity.IdentityProvidersConfig;
import dev.perennial.orders.issuer.health.Failover;
import dev.perennial.orders.issuer.health.FailoverConfig;
import dev.perennial.orders.issuer.health.FallbackCandidates;
import dev.perennial.orders.issuer.limits.Budget;
import dev.perennial.orders.order.OrderTransitions;
import dev.perennial.orders.policy.CurrentPolicy;
import dev.perennial.orders.policy.PolicyChanges;
import dev.perennial.orders.policy.PolicyTable;
import dev.perennial.orders.policy.StoredPolicy;
import dev.perennial.orders.requests.ApprovedRequest;
import dev.perennial.orders.requests.CertificateRequests;
import dev.perennial.orders.requests.RequestPolicy;
import dev.perennial.orders.retirement.NameRemoval;
import dev.perennial.orders.retirement.RetirementConfig;
import dev.perennial.orders.retirement.Retirements;
import dev.perennial.orders.revocation.ApprovedRevocation;
import dev.perennial.orders.revocation.RevocationRequests;
import dev.perennial.orders.scheduling.Wakeups;
import dev.perennial.orders.store.Orders;
import dev.perennial.orders.store.RefusedFacts;
import dev.perennial.orders.store.StoredOrder;
import dev.perennial.orders.submission.AcceptedOrder;
import dev.perennial.orders.submission.Submission;
import dev.perennial.orders.submission.SubmissionHandler;
import dev.perennial.orders.submission.SubmissionResult;
import dev.perennial.rules.access.Grant;
import dev.perennial.rules.access.Principal;
import dev.perennial.rules.access.Role;
import dev.perennial.rules.lifecycle.Lifecycle;
import dev.perennial.rules.lifecycle.RetryPolicy;
import dev.perennial.rules.limits.Limits;
import dev.perennial.rules.limits.Quarantine;
import dev.perennial.rules.requests.Policy;
import dev.perennial.rules.retirement.DropNames;
import dev.perennial.rules.revocation.RevocationRules;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jdbi.v3.core.Handle;

/** The beans of the service over a new database, without HTTP and Kafka. */
public final class ServiceFixture {
    public static final String TRACEPARENT = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

    public final Database database = Postgres.database();
    public final Clock clock = Clock.tick(Clock.systemUTC(), Duration.ofNanos(1_000));
    public final Wakeups wakeups = new Wakeups();
    public final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    public final RefusedFacts refused = new RefusedFacts(meters);
    public final Policy policy = new Policy(List.of("example.com"), List.of(), "local");
    public final Issuers issuers =
            Issuers.of(issuer("local"), issuer("staging"), issuer("production", Map.of("rehearsal", "staging")));
    public volatile Limits limits = Limits.NONE;
    public final Budget budget = new Budget(issuer -> limits, new Quarantine(5, Duration.ofDays(1)), meters);
    public final CurrentPolicy ownerPolicy = new CurrentPolicy();
    public final PolicyChanges policyChanges = new PolicyChanges(database, policy, issuers, PROVIDERS, clock);
    public volatile FallbackCandidates candidates = spec -> List.of(spec.issuer());
    public final Failover failover = new Failover(spec -> candidates.of(spec), ownerPolicy, new ImmediateFailover());
    public final OrderTransitions transitions =
            new OrderTransitions(new Lifecycle(Duration.ofMinutes(5), RetryPolicy.DEFAULT), failover, clock, meters);
    public final RetirementPolicy retirement = new RetirementPolicy();
    public final Retirements retirements = new Retirements(transitions, ownerPolicy, retirement, clock);
    public final RevocationRules revocationRules = new RevocationRules(Duration.ofMinutes(15), Duration.ofMinutes(30));
    public final AccessControl access = new AccessControl(clock, meters);
    public final SubmissionHandler submissions = new SubmissionHandler(database, clock);
    public final NameRemoval names = new NameRemoval(transitions, retirement, clock, meters);
    public final RequestPolicy requestPolicy = new RequestPolicy(policy, issuers);
    public final ServiceTokens tokens = new ServiceTokens(database, access, clock);
    public final ApprovalLimits approvalLimits = new ApprovalLimits();
    public final ApprovalRequests approvalRequests = new ApprovalRequests(tokens, submissions, approvalLimits, clock);
    public volatile FourEyesMode fourEyesMode = FourEyesMode.OFF;
    public final FourEyes fourEyes = new FourEyes(() -> fourEyesMode, approvalLimits, tokens);
    public final RevocationRequests revocations = new RevocationRequests(
            submissions,
            access,
            database,
            revocationRules,
            ownerPolicy,
            approvalRequests,
            fourEyes,
            retirements,
            clock);
    public final PolicyApprovals policyApprovals =
            new PolicyApprovals(database, policyChanges, approvalRequests, fourEyes, access);
    public final TokenApprovals tokenApprovals =
            new TokenApprovals(database, tokens, approvalRequests, fourEyes, access);
    public final CertificateRequests certificateRequests = new CertificateRequests(
            submissions, access, requestPolicy, ownerPolicy, approvalRequests, transitions, retirements, clock, meters);
    /** The texts of the rules of identity providers; tests change them. */
    public volatile Set<String> configuredRules = Set.of();

    public final Approvals approvals = new Approvals(
            database,
            access,
            tokens,
            approvalRequests,
            fourEyes,
            ownerPolicy,
            grant -> configuredRules.contains(grant.rule()),
            List.of(
                    new ApprovedRequest(submissions, certificateRequests),
                    new ApprovedRevocation(submissions, revocations),
                    policyApprovals,
                    tokenApprovals),
            clock);

    /** The limits of waiting approvals; tests change them. */
    public static final class ApprovalLimits implements ApprovalsConfig {
        public volatile int perOwner = 100;
        public volatile int total = 5_000;

        @Override
        public int maxWaitingPerOwner() {
            return perOwner;
        }

        @Override
        public int maxWaiting() {
            return total;
        }

        @Override
        public Duration fourEyesTimeout() {
            return Duration.ofDays(2);
        }

        @Override
        public Duration expiryInterval() {
            return Duration.ofSeconds(10);
        }
    }

    /** The configured identity providers: corp. */
    private static final IdentityProvidersConfig PROVIDERS = () -> Collections.singletonMap("corp", null);

    public ServiceFixture() {
        Hosts hosts = new Hosts(database, clock);
        List.of("web-1", "web-2").forEach(host -> hosts.put(CALLER.principal(), host, Optional.empty()));
    }

    /** Replaces the policy of the owners. */
    public void applyPolicy(String document) {
        PolicyChanges.Outcome outcome = policyChanges.put(
                CALLER.principal(), Json.read(document, JsonNode.class), database.inTransaction(tx -> new PolicyTable(
                                tx)
                        .current()
                        .map(StoredPolicy::revision)
                        .orElse(0L)));
        if (outcome instanceof PolicyChanges.Outcome.Refused refused) {
            throw new IllegalArgumentException(refused.problems().toString());
        }
    }

    /** The policy of automatic retirement; tests change it. */
    public static final class RetirementPolicy implements RetirementConfig {
        public volatile boolean whenNotServed = true;
        public volatile DropNames dropNames = DropNames.IN_EMERGENCY;

        @Override
        public boolean whenNotServed() {
            return whenNotServed;
        }

        @Override
        public DropNames dropNames() {
            return dropNames;
        }
    }

    /**
     * Locks rows until the handle is closed. A transaction that waits for one fails after 200 ms.
     *
     * @param query a SELECT without its locking clause
     */
    public RowLock locking(String query) {
        database.inTransaction(tx -> tx.execute("""
                DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET lock_timeout = 200', current_database()); END $$"""));
        Handle holder = database.open();
        holder.begin();
        holder.createQuery(query + " FOR UPDATE").mapToMap().list();
        return () -> {
            holder.rollback();
            holder.close();
        };
    }

    /** Locked rows. */
    @FunctionalInterface
    public interface RowLock extends AutoCloseable {
        @Override
        void close();
    }

    /** Failover after the third failure; the first probe is allowed at once, the next one ten minutes later. */
    private record ImmediateFailover() implements FailoverConfig {
        @Override
        public Duration failureTimeout() {
            return Duration.ZERO;
        }

        @Override
        public List<Duration> probeIntervals() {
            return List.of(Duration.ofMinutes(10));
        }

        @Override
        public Duration firstCertificateTimeout() {
            return Duration.ofHours(4);
        }
    }

    /** An issuer with default settings. */
    public static IssuerSettings issuer(String name) {
        return issuer(name, Map.of());
    }

    /** @param more further settings by JSON field name */
    public static IssuerSettings issuer(String name, Map<String, Object> more) {
        Map<String, Object> settings =
                new HashMap<>(Map.of("name", name, "directory", "https://ca.example.com/directory"));
        settings.putAll(more);
        return EventCodec.mapper().convertValue(settings, IssuerSettings.class);
    }

    public static CertificateRequested request(String name, List<String> targets, String... names) {
        return new CertificateRequested(
                name,
                "web",
                java.util.Arrays.stream(names)
                        .map(value -> new RequestedIdentifier("dns", value))
                        .toList(),
                Optional.empty(),
                Optional.empty(),
                targets,
                Map.of());
    }

    /** May do everything. */
    public static final Caller CALLER =
            Caller.overRest(new Principal("user:test", List.of(Grant.everywhere(Role.ADMIN))));

    public SubmissionResult<AcceptedOrder> submit(String id, CertificateRequested request) {
        return certificateRequests.submit(
                new Submission<>(CALLER, "test", id, Optional.empty(), false, Optional.of(TRACEPARENT), request));
    }

    public AcceptedOrder accepted(String id, CertificateRequested request) {
        return accepted(submit(id, request));
    }

    public static <A> A accepted(SubmissionResult<A> result) {
        return ((SubmissionResult.Accepted<A>) result).answer();
    }

    public static List<Problem> problems(SubmissionResult<?> result) {
        return ((SubmissionResult.Refused<?>) result).problems();
    }

    public StoredOrder order(AcceptedOrder answer) {
        return database.inTransaction(
                tx -> new Orders(tx).find(answer.orderId()).orElseThrow());
    }

    /** The types of the facts in the outbox, in order. */
    public List<String> facts() {
        return database.inTransaction(tx -> tx.createQuery("SELECT type FROM outbox ORDER BY seq")
                .mapTo(String.class)
                .list());
    }

    public long count(String table) {
        return database.inTransaction(tx -> tx.createQuery("SELECT count(*) FROM " + table)
                .mapTo(Long.class)
                .one());
    }

    /** An event with the source of its writer. */
    public CloudEvent event(OrderFact fact) {
        return event(fact, fact instanceof DeploymentFact it ? Topic.sourceOfAgent(it.host()) : URI.create("/test"));
    }

    public CloudEvent event(OrderFact fact, URI source) {
        return CloudEvent.about(fact.certificateId().toString(), source, fact, Initiator.system(source), clock);
    }
}
