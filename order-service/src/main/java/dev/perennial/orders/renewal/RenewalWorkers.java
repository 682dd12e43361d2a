package dev.perennial.orders.renewal;

import dev.perennial.orders.database.Database;
import dev.perennial.orders.scheduling.Chore;
import dev.perennial.orders.scheduling.ChoreRunner;
import dev.perennial.orders.scheduling.Signal;
import dev.perennial.orders.scheduling.Worker;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Clock;
import java.time.Duration;
import java.util.List;

/** Keeps certificates being looked at for the life of the process. */
@ApplicationScoped
class RenewalWorkers {
    /** Longer than two requests to a CA may take. */
    private static final Duration QUESTION_LEASE = Duration.ofMinutes(3);

    private final List<Worker> workers;

    RenewalWorkers(Renewer renewer, Suggestions suggestions, RenewalConfig config, Database database, Clock clock) {
        ChoreRunner questions =
                new ChoreRunner(database, Chore.POLL_ARI, config.questions(), QUESTION_LEASE, clock, suggestions::ask);
        this.workers = List.of(
                new Worker("renewer", new Signal(), config.poll(), renewer::round),
                new Worker("renewal-questions", new Signal(), config.poll(), questions::round));
    }

    void start(@Observes StartupEvent event) {
        workers.forEach(Worker::start);
    }

    void stop(@Observes ShutdownEvent event) {
        workers.forEach(Worker::close);
    }
}
