package dev.perennial.orders.hosts;

import dev.perennial.orders.access.AccessControl;
import dev.perennial.orders.access.Caller;
import dev.perennial.orders.database.Database;
import dev.perennial.platform.crypto.VerificationKey;
import dev.perennial.rules.access.AccessDecision;
import dev.perennial.rules.access.Action;
import dev.perennial.rules.access.Principal;
import dev.perennial.rules.access.Resource;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/** The codes with which agents register the keys that they create at their enrolment. */
@Singleton
public class HostEnrolments {
    static final Duration LIFETIME = Duration.ofMinutes(15);

    /** Between two replicas. */
    private static final Duration CLOCK_DIFFERENCE = Duration.ofMinutes(1);

    private final Database database;
    private final AccessControl access;
    private final Clock clock;
    private final SecureRandom random = new SecureRandom();

    @Inject
    public HostEnrolments(Database database, AccessControl access, Clock clock) {
        this.database = database;
        this.access = access;
        this.clock = clock;
    }

    /** @param code shown once; it cannot be read again */
    public record Created(String code, Instant expiresAt) {
        /** Without the secret. */
        @Override
        public String toString() {
            return "Created[" + expiresAt + "]";
        }
    }

    /** The holder of a code: it may register one key of this host. */
    public record Enrolment(String host, String digest) {
        /** It has no grants: the code is not a role. */
        public Principal principal() {
            return new Principal("enrolment:" + host, List.of());
        }
    }

    /** Whether a text has the form of an enrolment code, so that it must not be sent to an identity provider. */
    public static boolean isEnrolmentCode(String text) {
        return text.startsWith(EnrolmentCode.PREFIX);
    }

    /** Callers authorize the action. @return empty if the host is not registered */
    public Optional<Created> create(Principal by, String host) {
        Instant now = clock.instant();
        EnrolmentCode code = EnrolmentCode.random(random);
        Instant expiresAt = now.plus(LIFETIME);
        return database.inTransaction(tx -> {
            if (new HostTable(tx).lockRegistered(List.of(host)).isEmpty()) {
                return Optional.empty();
            }
            new HostEnrolmentTable(tx).put(host, code.digest(), by.id(), now, expiresAt);
            return Optional.of(new Created(code.text(), expiresAt));
        });
    }

    /** The holder of a code that has not expired, also if it was used: a repetition must find the same result. */
    public Optional<Enrolment> authenticate(String text) {
        return EnrolmentCode.parse(text).map(EnrolmentCode::digest).flatMap(digest -> database.inTransaction(
                        tx -> usable(new HostEnrolmentTable(tx).find(digest)))
                .map(row -> new Enrolment(row.host(), digest)));
    }

    /** Registers the key of the host, and uses the code for it. A repetition with the same key has the same result. */
    public HostKeys.Registration register(Caller caller, Enrolment enrolment, VerificationKey key) {
        return database.inTransaction(tx -> register(tx, caller, enrolment, key));
    }

    private HostKeys.Registration register(Handle tx, Caller caller, Enrolment enrolment, VerificationKey key) {
        // First the host, as a removal does.
        if (new HostTable(tx).lockRegistered(List.of(enrolment.host())).isEmpty()) {
            return new HostKeys.Registration.UnknownHost();
        }
        HostEnrolmentTable table = new HostEnrolmentTable(tx);
        Optional<HostEnrolmentTable.Row> row = usable(table.lock(enrolment.digest()));
        if (row.isEmpty()) {
            return new HostKeys.Registration.Refused(
                    "the enrolment code has expired or was replaced; enrol the host again");
        }
        if (row.get().keyId().filter(used -> !used.equals(key.id())).isPresent()) {
            return new HostKeys.Registration.Refused("the enrolment code was used for another key, "
                    + row.get().keyId().get()
                    + "; if this host did not create that key, remove the host and enrol it again");
        }
        HostKeys.Registration registration =
                HostKeys.register(tx, caller.principal(), enrolment.host(), key, clock.instant());
        if (registration instanceof HostKeys.Registration.Registered) {
            table.used(enrolment.digest(), key.id());
            access.recorded(
                    tx,
                    caller,
                    Action.HOST_CHANGE,
                    Resource.INSTALLATION,
                    Optional.of("register " + enrolment.host() + " " + key.id()),
                    new AccessDecision.Allowed("enrolment code of the host"));
        }
        return registration;
    }

    private Optional<HostEnrolmentTable.Row> usable(Optional<HostEnrolmentTable.Row> row) {
        Instant now = clock.instant();
        // One that was created with a clock that was ahead would be valid for too long.
        return row.filter(
                it -> now.isBefore(it.expiresAt()) && now.isAfter(it.createdAt().minus(CLOCK_DIFFERENCE)));
    }
}
