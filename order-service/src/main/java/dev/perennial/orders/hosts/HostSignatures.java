package dev.perennial.orders.hosts;

import dev.perennial.orders.hosts.HostSignaturesConfig.Mode;
import dev.perennial.platform.crypto.EventSignature;
import dev.perennial.platform.crypto.VerificationKey;
import dev.perennial.platform.messaging.LimitedLog;
import io.micrometer.core.instrument.MeterRegistry;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.Optional;
import org.jboss.logging.Logger;
import org.jdbi.v3.core.Handle;

/** Checks whether a report is signed by the host that it names. */
@Singleton
public class HostSignatures {
    private static final Logger LOG = Logger.getLogger(HostSignatures.class);

    private final Mode mode;
    private final MeterRegistry meters;
    private final LimitedLog log = new LimitedLog();

    @Inject
    public HostSignatures(HostSignaturesConfig config, MeterRegistry meters) {
        this.mode = config.mode();
        this.meters = meters;
    }

    /** Why the report does not count; empty if it does. The reason contains no text of the report. */
    public Optional<String> refusal(Handle tx, String host, EventSignature signature) {
        if (mode == Mode.IGNORED) {
            return Optional.empty();
        }
        Optional<Fault> fault = fault(tx, host, signature);
        fault.ifPresent(it -> meters.counter("perennial_unsigned_reports_total", "reason", it.label)
                .increment());
        if (mode == Mode.REPORT) {
            fault.ifPresent(it -> log.ifDue(skipped -> LOG.warnf(
                    "a report of a host counts, although %s; %d more since the last line. With"
                            + " perennial.host-signatures=required it would not",
                    it.reason, skipped)));
            return Optional.empty();
        }
        return fault.map(it -> it.reason);
    }

    private static Optional<Fault> fault(Handle tx, String host, EventSignature signature) {
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
        return signature.isBy(VerificationKey.parse(key.get().jwk())) ? Optional.empty() : Optional.of(Fault.INVALID);
    }

    private enum Fault {
        UNSIGNED("unsigned", "it is not signed; set perennial.agent.signing-key-file of its agent"),
        UNKNOWN_KEY("unknown-key", "its key is not registered for the host; register it with 'perennial host add-key'"),
        REVOKED_KEY("revoked-key", "its key was revoked"),
        INVALID("invalid", "its signature is not valid");

        private final String label;
        private final String reason;

        Fault(String label, String reason) {
            this.label = label;
            this.reason = reason;
        }
    }
}
