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

/** Gathers what counts for the renewal of a certificate. */
@Singleton
public class RenewalPlanner {
    private final Issuers issuers;
    private final NamedWindows windows;

    @Inject
    public RenewalPlanner(Issuers issuers, NamedWindows windows) {
        this.issuers = issuers;
        this.windows = windows;
    }

    /** @param served what is served, or is to be served */
    public RenewalTime plan(Certificate certificate, Renewable served) {
        return RenewalRules.of(new RenewalInputs(
                served.notBefore(),
                served.notAfter(),
                served.spread(),
                served.revokedAt(),
                served.keyCompromisedAt(),
                served.suggestion().map(it -> new SuggestedWindow(it.start(), it.end())),
                issuers.find(served.issuer()).flatMap(IssuerSettings::renewBefore),
                windows.of(certificate.labels())));
    }

    /** The name of the change window that it keeps to; empty where it may be changed at any time. */
    public Optional<String> window(Certificate certificate) {
        return windows.nameOf(certificate.labels());
    }
}
