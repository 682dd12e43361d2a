package dev.perennial.orders.hosts;

import dev.perennial.events.CloudEvent;
import dev.perennial.events.Topic;
import dev.perennial.orders.database.Database;
import dev.perennial.platform.crypto.EventSignature;
import dev.perennial.platform.crypto.VerificationKey;
import dev.perennial.platform.messaging.LimitedLog;
import dev.perennial.signatures.SignatureMode;
import io.micrometer.core.instrument.MeterRegistry;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import org.jboss.logging.Logger;
import org.jdbi.v3.core.Handle;

/** Checks whether a report is signed by the host that it names. */
@Singleton
public class HostSignatures {
    private static final Logger LOG = Logger.getLogger(HostSignatures.class);

    /** No genuine report is older; and the inbox knows the ids of later ones, so that none is counted twice. */
    private static final Duration MAX_AGE = Topic.RETENTION.plusDays(1);

    private final SignatureMode mode;
    private final Clock clock;
    private final MeterRegistry meters;
    private final LimitedLog log = new LimitedLog();

    @Inject
    public HostSignatures(HostSignaturesConfig config, Clock clock, MeterRegistry meters) {
        this.mode = config.mode();
        this.clock = clock;
        this.meters = meters;
    }

    /**
     * Why the report does not count; empty if it does. The reason contains no text of the report.
     *
     * @param host that the report names; a target of its order
     */
    public Optional<String> refusal(Handle tx, CloudEvent report, String host, EventSignature signature) {
        if (mode == SignatureMode.IGNORED) {
            return Optional.empty();
        }
        Optional<Fault> fault = fault(tx, report, host, signature);
        fault.ifPresent(it -> meters.counter("perennial_unverified_reports_total", "reason", it.label)
                .increment());
        if (mode == SignatureMode.WARN) {
            fault.ifPresent(it -> log.ifDue(skipped -> LOG.warnf(
                    "the report of the host %s counts, although %s; with perennial.host-signatures=required it would be"
                            + " refused. %d more such reports since the last line; see"
                            + " docs/operating/kafka.md#signed-reports",
                    host, it.reason, skipped)));
            return Optional.empty();
        }
        return fault.map(it -> it.reason + " (host " + host + ")");
    }

    private Optional<Fault> fault(Handle tx, CloudEvent report, String host, EventSignature signature) {
        Optional<String> id = signature.keyId();
        if (id.isEmpty()) {
            return Optional.of(Fault.UNSIGNED);
        }
        Optional<HostKey> key =
                new HostKeyTable(tx).find(id.get()).filter(it -> it.host().equals(host));
        if (key.isEmpty()) {
            return Optional.of(Fault.UNKNOWN_KEY);
        }
        if (key.get().revokedAt().isPresent()) {
            return Optional.of(Fault.REVOKED_KEY);
        }
        if (!signature.isValidFor(VerificationKey.parse(key.get().jwk()))) {
            return Optional.of(Fault.INVALID);
        }
        return isOld(tx, report) ? Optional.of(Fault.OLD) : Optional.empty();
    }

    private boolean isOld(Handle tx, CloudEvent report) {
        return report.time().isBefore(clock.instant().minus(MAX_AGE))
                && report.time().isBefore(Database.earlierTime(tx, clock).minus(MAX_AGE));
    }

    private enum Fault {
        UNSIGNED("unsigned", "it is not signed"),
        UNKNOWN_KEY("unknown-key", "it is signed with a key that is not registered for this host"),
        REVOKED_KEY("revoked-key", "it is signed with a revoked key"),
        INVALID("invalid", "its signature does not match its content"),
        OLD("old", "it is older than the records of its topic");

        private final String label;
        private final String reason;

        Fault(String label, String reason) {
            this.label = label;
            this.reason = reason;
        }
    }
}
