package dev.perennial.orders.http;

import dev.perennial.events.Problem;
import dev.perennial.orders.access.AccessControl;
import dev.perennial.orders.access.Caller;
import dev.perennial.orders.database.Database;
import dev.perennial.orders.hosts.HostEnrolments;
import dev.perennial.rules.access.Action;
import dev.perennial.rules.access.Resource;
import io.quarkus.vertx.http.runtime.CurrentVertxRequest;
import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jdbi.v3.core.Handle;

/** The caller of the current request, and the authorization of its actions. */
@RequestScoped
class CurrentCaller {
    private final Supplier<Caller> caller;
    private final Supplier<Optional<HostEnrolments.Enrolment>> enrolment;
    private final Database database;
    private final AccessControl access;

    @Inject
    CurrentCaller(CurrentVertxRequest request, Database database, AccessControl access) {
        this(
                () -> Authentication.caller(request.getCurrent()),
                () -> Authentication.enrolment(request.getCurrent()),
                database,
                access);
    }

    CurrentCaller(Supplier<Caller> caller, Database database, AccessControl access) {
        this(caller, Optional::empty, database, access);
    }

    private CurrentCaller(
            Supplier<Caller> caller,
            Supplier<Optional<HostEnrolments.Enrolment>> enrolment,
            Database database,
            AccessControl access) {
        this.caller = caller;
        this.enrolment = enrolment;
        this.database = database;
        this.access = access;
    }

    /** @throws IllegalStateException outside of an authenticated request */
    Caller get() {
        return caller.get();
    }

    /** The enrolment whose code the caller has presented. */
    Optional<HostEnrolments.Enrolment> enrolment() {
        return enrolment.get();
    }

    /** The {@code source} of a submission: each principal has its own idempotency keys. */
    String source() {
        return "rest:" + get().principal().id();
    }

    /** @throws ProblemException with status 403 if the action is denied; the denial is recorded */
    void require(Action action, Resource resource) {
        require(action, tx -> resource, Optional.empty());
    }

    /**
     * As {@link #require(Action, Resource)}, with a resource that is read in the same transaction.
     *
     * @param subject for the record
     */
    void require(Action action, Function<Handle, Resource> resource, Optional<String> subject) {
        Optional<Problem> denial =
                database.inTransaction(tx -> access.denial(tx, get(), action, resource.apply(tx), subject));
        if (denial.isPresent()) {
            throw new ProblemException(403, List.of(denial.get()));
        }
    }
}
