package dev.perennial.orders.issuer;

import dev.perennial.events.ErrorCode;
import dev.perennial.events.EventType;
import dev.perennial.events.Initiator;
import dev.perennial.events.IssuerConfigured;
import dev.perennial.events.IssuerSettings;
import dev.perennial.events.Problem;
import dev.perennial.orders.database.Database;
import dev.perennial.orders.issuer.limits.LimitPresets;
import dev.perennial.orders.messaging.Outbox;
import dev.perennial.orders.scheduling.ScheduledTasks;
import dev.perennial.platform.telemetry.Spans;
import dev.perennial.rules.requests.Policy;
import io.opentelemetry.context.Context;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import org.jboss.logging.Logger;
import org.jdbi.v3.core.Handle;

/** Changes issuers: the row, the audit entry and the published fact are one transaction. */
@Singleton
public class IssuerChanges {
    private static final Logger LOG = Logger.getLogger(IssuerChanges.class);

    private final Database database;
    private final Policy policy;
    private final LimitPresets presets;
    private final IssuerRegistry registry;
    private final Clock clock;
    private final Optional<Path> file;

    @Inject
    IssuerChanges(
            Database database,
            Policy policy,
            LimitPresets presets,
            IssuerRegistry registry,
            Clock clock,
            IssuersFileConfig config) {
        this(database, policy, presets, registry, clock, config.file());
    }

    IssuerChanges(
            Database database,
            Policy policy,
            LimitPresets presets,
            IssuerRegistry registry,
            Clock clock,
            Optional<Path> file) {
        this.database = database;
        this.policy = policy;
        this.presets = presets;
        this.registry = registry;
        this.clock = clock;
        this.file = file;
    }

    /** The result of a change. */
    public sealed interface Outcome {}

    /** The issuer has these settings now. */
    public record Stored(StoredIssuer issuer, boolean created) implements Outcome {}

    public record Deleted() implements Outcome {}

    /** Nothing was changed; contains every reason. */
    public record Refused(List<Problem> problems) implements Outcome {
        public Refused {
            problems = List.copyOf(problems);
        }
    }

    /**
     * Creates an issuer or replaces its settings.
     *
     * @param initiator the principal that makes the change
     * @param expected the revision that the issuer must have, 0 if there must be none; empty accepts any, and none
     */
    public Outcome put(Initiator initiator, IssuerSettings settings, Optional<Long> expected) {
        return changed(tx -> put(tx, initiator, settings, expected));
    }

    /** As {@link #put(Initiator, IssuerSettings, Optional)}, in a transaction; {@link #committed} must follow. */
    public Outcome put(Handle tx, Initiator initiator, IssuerSettings settings, Optional<Long> expected) {
        lock(tx);
        return check(tx, settings, expected).orElseGet(() -> {
            Optional<StoredIssuer> current = new IssuerTable(tx).find(settings.name());
            return new Stored(store(tx, current, settings, ManagedBy.REST, initiator), current.isEmpty());
        });
    }

    /** The outcome of a change that would be refused, or would change nothing; empty if it would change the issuer. */
    public Optional<Outcome> check(Handle tx, IssuerSettings settings, Optional<Long> expected) {
        IssuerTable table = new IssuerTable(tx);
        Optional<StoredIssuer> current = table.find(settings.name());
        List<Problem> problems = new ArrayList<>(conflicts(current, settings.name(), expected));
        if (problems.isEmpty()) {
            sameDirectory(table, settings).ifPresent(problems::add);
            problems.addAll(IssuerRules.check(settings, names(table.all()), policy, presets.names()));
        }
        return problems.isEmpty()
                ? current.filter(it -> isSame(it, settings, ManagedBy.REST)).map(it -> new Stored(it, false))
                : Optional.of(new Refused(problems));
    }

    /** @param expected the revision that the issuer must have; empty accepts any */
    public Outcome delete(String name, Optional<Long> expected) {
        return changed(tx -> delete(tx, name, expected));
    }

    /** As {@link #delete(String, Optional)}, in a transaction; {@link #committed} must follow. */
    public Outcome delete(Handle tx, String name, Optional<Long> expected) {
        lock(tx);
        return checkDeletion(tx, name, expected).orElseGet(() -> {
            remove(tx, new IssuerTable(tx).find(name).orElseThrow(), ManagedBy.REST);
            return new Deleted();
        });
    }

    /** The refusal of a deletion; empty if the issuer would be deleted. */
    public Optional<Outcome> checkDeletion(Handle tx, String name, Optional<Long> expected) {
        IssuerTable table = new IssuerTable(tx);
        Optional<StoredIssuer> current = table.find(name);
        if (current.isEmpty()) {
            return Optional.of(
                    new Refused(List.of(Problem.of(ErrorCode.UNKNOWN_ISSUER, "there is no issuer '" + name + "'"))));
        }
        List<Problem> problems = new ArrayList<>(conflicts(current, name, expected));
        uses(table, name).ifPresent(problems::add);
        return problems.isEmpty() ? Optional.empty() : Optional.of(new Refused(problems));
    }

    /** The revision of an issuer; 0 if it does not exist. */
    public long revision(Handle tx, String name) {
        return new IssuerTable(tx).find(name).map(StoredIssuer::revision).orElse(0L);
    }

    /** Until the transaction ends, no other one changes an issuer. */
    public void lock(Handle tx) {
        new IssuerTable(tx).lock();
    }

    /** Uses the changes of a transaction that is committed. */
    public void committed() {
        registry.refresh();
    }

    /**
     * Runs at every start: applies the issuers file as a whole, if there is one, and publishes all issuers again.
     *
     * @throws IllegalStateException with every problem of the file; nothing was changed then
     */
    void start() {
        changed(tx -> {
            file.ifPresent(path -> apply(tx, path));
            publishAgain(tx);
            return new Deleted();
        });
    }

    /**
     * Publishes the settings of all issuers again, and the tombstones of deleted ones. A publisher that was replaced may
     * publish an older record after a newer one; compaction then keeps the older one for readers that start.
     */
    void publishAgain() {
        database.inTransaction(tx -> {
            new IssuerTable(tx).lock();
            publishAgain(tx);
            return tx;
        });
    }

    private void publishAgain(Handle tx) {
        IssuerTable table = new IssuerTable(tx);
        table.all().forEach(issuer -> publish(tx, issuer, Outbox.SYSTEM));
        table.deleted().forEach(name -> retract(tx, name));
    }

    private void apply(Handle tx, Path path) {
        Map<String, IssuerSettings> configured = IssuersFile.read(path);
        IssuerTable table = new IssuerTable(tx);
        Set<String> names = names(table.all());
        names.addAll(configured.keySet());
        List<String> errors = new ArrayList<>();
        configured.forEach((name, settings) -> {
            Optional<StoredIssuer> current = table.find(name);
            List<Problem> problems = new ArrayList<>();
            current.filter(issuer -> issuer.managedBy() == ManagedBy.REST)
                    .ifPresent(
                            issuer -> problems.add(
                                    Problem.of(
                                            ErrorCode.INVALID_FIELD,
                                            "an issuer of that name was created over REST; delete it there, or remove it from the file")));
            sameDirectory(table, settings).ifPresent(problems::add);
            problems.addAll(IssuerRules.check(settings, names, policy, presets.names()));
            problems.forEach(problem -> errors.add("issuers." + name + ": " + problem.detail()));
            if (problems.isEmpty()) {
                store(tx, current, settings, ManagedBy.FILE, Outbox.SYSTEM);
            }
        });
        if (!errors.isEmpty()) {
            throw IssuersFile.unusable(path, errors);
        }
        table.all().stream()
                .filter(issuer -> issuer.managedBy() == ManagedBy.FILE)
                .filter(issuer -> !configured.containsKey(issuer.settings().name()))
                .forEach(issuer -> removeUnlessUsed(tx, table, issuer));
    }

    /** The file no longer contains the issuer: deletes it if it is not in use. */
    private void removeUnlessUsed(Handle tx, IssuerTable table, StoredIssuer issuer) {
        String name = issuer.settings().name();
        uses(table, name)
                .ifPresentOrElse(
                        problem -> LOG.warnf(
                                "the issuers file no longer contains '%s', which is kept because it is in use: %s",
                                name, problem.detail()),
                        () -> remove(tx, issuer, ManagedBy.FILE));
    }

    private Outcome changed(Function<Handle, Outcome> change) {
        Outcome outcome = database.inTransaction(tx -> {
            new IssuerTable(tx).lock();
            return change.apply(tx);
        });
        registry.refresh();
        return outcome;
    }

    private List<Problem> conflicts(Optional<StoredIssuer> current, String name, Optional<Long> expected) {
        List<Problem> problems = new ArrayList<>();
        if (file.isPresent()
                && current.filter(issuer -> issuer.managedBy() == ManagedBy.FILE)
                        .isPresent()) {
            problems.add(
                    Problem.of(
                            ErrorCode.ISSUER_MANAGED_BY_FILE,
                            "the issuer '" + name
                                    + "' is managed by the issuers file (perennial.issuers.file), which is applied when the order-service starts; change it there"));
        }
        Optional<Long> revision = current.map(StoredIssuer::revision);
        if (expected.filter(it -> !it.equals(revision.orElse(0L))).isPresent()) {
            problems.add(Problem.of(
                    ErrorCode.ISSUER_CHANGED,
                    "header 'If-Match': the issuer '" + name + "' "
                            + revision.map(now -> "has revision " + now + " now")
                                    .orElse("does not exist")
                            + "; nothing was changed. Read the issuer again and repeat the change"));
        }
        return problems;
    }

    /**
     * The directory cannot change, even after the deletion of the issuer: Vault keeps the account under the issuer's
     * name.
     */
    private static Optional<Problem> sameDirectory(IssuerTable table, IssuerSettings settings) {
        Optional<URI> before = table.changes(settings.name()).stream()
                .findFirst()
                .flatMap(change -> change.after().or(change::before))
                .map(IssuerSettings::directory);
        return before.filter(directory -> !directory.equals(settings.directory()))
                .map(
                        directory -> Problem.of(
                                ErrorCode.INVALID_FIELD,
                                "field 'directory': the issuer '" + settings.name() + "' is at " + directory
                                        + ", where its account is registered; for another CA, create an issuer with another name"));
    }

    private static Optional<Problem> uses(IssuerTable table, String name) {
        long certificates = table.certificatesOf(name);
        Set<String> issuers = new TreeSet<>();
        table.all().stream()
                .map(StoredIssuer::settings)
                .filter(other -> other.fallbacks().contains(name)
                        || other.rehearsal().filter(name::equals).isPresent())
                .forEach(other -> issuers.add(other.name()));
        return certificates == 0 && issuers.isEmpty()
                ? Optional.empty()
                : Optional.of(Problem.of(
                        ErrorCode.ISSUER_IN_USE,
                        "the issuer '" + name + "' is in use; certificates that use it: " + certificates
                                + "; issuers that refer to it: " + issuers.size()
                                + (issuers.isEmpty() ? "" : " " + issuers)));
    }

    private static boolean isSame(StoredIssuer issuer, IssuerSettings settings, ManagedBy by) {
        return issuer.settings().equals(settings) && issuer.managedBy() == by;
    }

    private StoredIssuer store(
            Handle tx, Optional<StoredIssuer> current, IssuerSettings settings, ManagedBy by, Initiator initiator) {
        if (current.filter(it -> isSame(it, settings, by)).isPresent()) {
            return current.get();
        }
        IssuerTable table = new IssuerTable(tx);
        Instant now = clock.instant();
        long revision = table.audit(
                settings.name(), by, current.map(StoredIssuer::settings), Optional.of(settings), Spans.traceId(), now);
        table.put(settings, by, revision, now);
        settings.renewBefore()
                .filter(before -> !current.map(StoredIssuer::settings)
                        .flatMap(IssuerSettings::renewBefore)
                        .equals(Optional.of(before)))
                .ifPresent(before -> new ScheduledTasks(tx).advanceRenewals(settings.name(), before));
        StoredIssuer stored = table.find(settings.name()).orElseThrow();
        publish(tx, stored, initiator);
        return stored;
    }

    private void remove(Handle tx, StoredIssuer issuer, ManagedBy by) {
        String name = issuer.settings().name();
        IssuerTable table = new IssuerTable(tx);
        table.audit(name, by, Optional.of(issuer.settings()), Optional.empty(), Spans.traceId(), clock.instant());
        table.delete(name);
        retract(tx, name);
    }

    private void retract(Handle tx, String name) {
        new Outbox(tx, clock).retract(EventType.ISSUER_CONFIGURED, name, Spans.traceparent(Context.current()));
    }

    private void publish(Handle tx, StoredIssuer issuer, Initiator initiator) {
        new Outbox(tx, clock)
                .append(
                        new IssuerConfigured(issuer.settings(), Optional.of(issuer.revision())),
                        initiator,
                        Spans.traceparent(Context.current()));
    }

    private static Set<String> names(List<StoredIssuer> issuers) {
        Set<String> names = new TreeSet<>();
        issuers.forEach(issuer -> names.add(issuer.settings().name()));
        return names;
    }
}
