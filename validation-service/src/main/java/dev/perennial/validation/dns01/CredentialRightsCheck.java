package dev.perennial.validation.dns01;

import dev.perennial.events.Problem;
import dev.perennial.events.RetryLater;
import dev.perennial.validation.challenges.PresentationException;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.Collection;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;

/**
 * Warns about credentials of DNS providers that may change more than challenge records, at start and daily. Runs beside
 * the validations on a thread of its own, sends one or two requests per provider, and changes nothing.
 */
@ApplicationScoped
class CredentialRightsCheck {
    private static final Logger LOG = Logger.getLogger(CredentialRightsCheck.class);
    private static final Duration INTERVAL = Duration.ofDays(1);
    /** After a round in which a provider, or Vault, was unavailable. */
    private static final Duration RETRY_INTERVAL = Duration.ofHours(1);

    private final Collection<DnsProviders.Account> accounts;
    private final ScheduledExecutorService timer =
            Executors.newSingleThreadScheduledExecutor(Thread.ofVirtual().factory());
    /** Names of providers. A provider that cannot be checked keeps its last result. */
    private final Set<String> broad = ConcurrentHashMap.newKeySet();

    private volatile boolean done;

    @Inject
    CredentialRightsCheck(DnsProviders providers, MeterRegistry meters) {
        this.accounts = providers.all();
        meters.gauge("perennial_dns_broad_credentials", this, check -> check.done ? check.broad.size() : -1);
    }

    void start(@Observes StartupEvent event) {
        schedule(Duration.ZERO);
    }

    void stop(@Observes ShutdownEvent event) {
        timer.shutdownNow();
    }

    private void schedule(Duration delay) {
        if (!timer.isShutdown()) {
            // A round throws no exception.
            var unused = timer.schedule(() -> schedule(round()), delay.toSeconds(), TimeUnit.SECONDS);
        }
    }

    /** @return the time until the next round */
    Duration round() {
        Duration next = INTERVAL;
        for (DnsProviders.Account account : accounts) {
            try {
                if (isBroad(account.name(), account.provider().rights())) {
                    broad.add(account.name());
                } else {
                    broad.remove(account.name());
                }
            } catch (RetryLater e) {
                next = RETRY_INTERVAL;
                unchecked(account.name(), text(e.problem()));
            } catch (PresentationException e) {
                next = RETRY_INTERVAL;
                unchecked(account.name(), text(e.problem()));
            } catch (RuntimeException defect) {
                LOG.warnf(
                        defect, "a defect prevented the check of the rights of the DNS provider '%s'", account.name());
            }
        }
        done = true;
        return next;
    }

    private static boolean isBroad(String provider, VisibleRights rights) {
        return switch (rights) {
            case VisibleRights.AsExpected() -> false;
            case VisibleRights.Unknown(String why) -> {
                unchecked(provider, why);
                yield false;
            }
            case VisibleRights.Broader(String evidence) -> {
                LOG.warnf(
                        "the credential of the DNS provider '%s' has broader rights than needed: %s. A program that reads it"
                                + " can change these records too. Limit it; see"
                                + " docs/operating/dns.md#rights-of-the-credentials",
                        provider, evidence);
                yield true;
            }
        };
    }

    private static String text(Problem problem) {
        return problem.detail()
                + problem.evidence().map(evidence -> ": " + evidence).orElse("");
    }

    private static void unchecked(String provider, String why) {
        LOG.infof("the rights of the credential of the DNS provider '%s' are not checked: %s", provider, why);
    }
}
