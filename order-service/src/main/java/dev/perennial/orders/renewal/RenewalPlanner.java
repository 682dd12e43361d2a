package dev.perennial.orders.renewal;

import dev.perennial.acme.Issuers;
import dev.perennial.events.IssuerSettings;
import dev.perennial.orders.store.Certificate;
import dev.perennial.orders.store.Renewable;
import dev.perennial.rules.renewal.NamedWindows;
import dev.perennial.rules.renewal.RenewalInputs;
import dev.perennial.rules.renewal.RenewalRules;
import dev.perennial.rules.renewal.RenewalTime;
import dev.perennial.rules.renewal.SuggestedWindow;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.Optional;

/** Gathers the inputs of a certificate's renewal time. */
@Singleton
public class RenewalPlanner {
    private final Issuers issuers;
    private final NamedWindows windows;

    @Inject
    public RenewalPlanner(Issuers issuers, NamedWindows windows) {
        this.issuers = issuers;
        this.windows = windows;
    }

    /** @param served the current certificate */
    public RenewalTime plan(Certificate certificate, Renewable served) {
        return RenewalRules.of(new RenewalInputs(
                served.notBefore(),
                served.notAfter(),
                served.jitter(),
                served.revokedAt(),
                served.keyCompromisedAt(),
                served.suggestion().map(it -> new SuggestedWindow(it.start(), it.end())),
                issuers.find(served.issuer()).flatMap(IssuerSettings::renewBefore),
                windows.of(certificate.labels())));
    }

    /** The name of its change window; empty if it may be changed at any time. */
    public Optional<String> window(Certificate certificate) {
        return windows.nameOf(certificate.labels());
    }
}
