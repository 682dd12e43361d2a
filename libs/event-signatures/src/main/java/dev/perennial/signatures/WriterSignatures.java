package dev.perennial.signatures;

import dev.perennial.events.RetryLater;
import dev.perennial.platform.crypto.VerificationKey;
import dev.perennial.platform.crypto.WriterSignature;
import dev.perennial.platform.messaging.LimitedLog;
import dev.perennial.platform.messaging.Shutdown;
import io.micrometer.core.instrument.MeterRegistry;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import org.jboss.logging.Logger;

/** Decides whether what a service has signed counts, by {@code perennial.signatures}. */
@Singleton
public class WriterSignatures {
    private static final Logger LOG = Logger.getLogger(WriterSignatures.class);
    private static final Duration PAUSE = Duration.ofSeconds(1);

    private final SignatureMode mode;
    private final VerificationKeys keys;
    private final MeterRegistry meters;
    private final LimitedLog refusals = new LimitedLog();
    private final LimitedLog waits = new LimitedLog();

    @Inject
    public WriterSignatures(SignaturesConfig config, VerificationKeys keys, MeterRegistry meters) {
        this(config.mode(), keys, meters);
    }

    public WriterSignatures(SignatureMode mode, VerificationKeys keys, MeterRegistry meters) {
        this.mode = mode;
        this.keys = keys;
        this.meters = meters;
    }

    /**
     * What is signed.
     *
     * @param what for the log: the type and the position of the record; no text of the record
     * @param service that must have signed it
     * @param prefix of the label of a fault
     */
    record Subject(String what, String topic, String service, String prefix) {}

    /**
     * Blocks while the keys of the service cannot be read and signatures are required.
     *
     * @throws Shutdown.WorkInterrupted if the service stops before
     */
    boolean accepts(Subject subject, WriterSignature signature) {
        if (mode == SignatureMode.IGNORED) {
            return true;
        }
        Optional<Fault> fault = fault(subject, signature);
        fault.ifPresent(it -> report(subject, it));
        return fault.isEmpty() || mode == SignatureMode.WARN;
    }

    private Optional<Fault> fault(Subject subject, WriterSignature signature) {
        Optional<String> id = signature.keyId();
        if (id.isEmpty()) {
            return Optional.of(Fault.UNSIGNED);
        }
        try {
            Optional<VerificationKey> key =
                    mode == SignatureMode.WARN ? keys.find(subject.service(), id.get()) : awaited(subject, id.get());
            if (key.isEmpty()) {
                return Optional.of(Fault.UNKNOWN_KEY);
            }
            return signature.isValidFor(key.get()) ? Optional.empty() : Optional.of(Fault.INVALID);
        } catch (RetryLater e) {
            return Optional.of(Fault.UNREADABLE_KEYS);
        }
    }

    private Optional<VerificationKey> awaited(Subject subject, String id) {
        while (true) {
            try {
                return keys.find(subject.service(), id);
            } catch (RetryLater e) {
                if (Shutdown.isUnderWay()) {
                    throw new Shutdown.WorkInterrupted();
                }
                waits.ifDue(skipped -> LOG.warnf(
                        "%s waits for the public keys of %s: %s. The read is repeated until it succeeds; see"
                                + " docs/operating/kafka.md#signed-facts",
                        subject.what(), subject.service(), e.getMessage()));
                LockSupport.parkNanos(PAUSE.toNanos());
            }
        }
    }

    private void report(Subject subject, Fault fault) {
        meters.counter(
                        "perennial_unverified_events_total",
                        "topic",
                        subject.topic(),
                        "reason",
                        subject.prefix() + fault.label)
                .increment();
        refusals.ifDue(skipped -> {
            if (mode == SignatureMode.WARN) {
                LOG.warnf(
                        "%s counts, although %s; with perennial.signatures=required it would be refused. %d more since the"
                                + " last line; see docs/operating/kafka.md#signed-facts",
                        subject.what(), fault.reason.formatted(subject.service()), skipped);
            } else {
                LOG.errorf(
                        "ALARM: refused %s: %s. It has no effect; %d more were refused since the last line. Check who may"
                                + " write to %s; see docs/operating/kafka.md#signed-facts",
                        subject.what(), fault.reason.formatted(subject.service()), skipped, subject.topic());
            }
        });
    }

    private enum Fault {
        UNSIGNED("unsigned", "it is not signed by %s"),
        UNKNOWN_KEY("unknown-key", "it is signed with a key that is not one of %s"),
        INVALID("invalid", "the signature of %s does not match it"),
        UNREADABLE_KEYS("unreadable-keys", "the public keys of %s cannot be read");

        private final String label;
        private final String reason;

        Fault(String label, String reason) {
            this.label = label;
            this.reason = reason;
        }
    }
}
