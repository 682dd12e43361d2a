package dev.perennial.orders.renewal;

import dev.perennial.orders.inventory.Certificate;
import dev.perennial.orders.inventory.Issued;
import dev.perennial.orders.renewal.rules.ChangeWindows;
import dev.perennial.orders.renewal.rules.Circumstances;
import dev.perennial.orders.renewal.rules.RenewalRules;
import dev.perennial.orders.renewal.rules.RenewalTime;
import dev.perennial.orders.renewal.rules.SuggestedWindow;
import jakarta.inject.Singleton;
import java.util.Optional;

/** Gathers what counts for the renewal of a certificate. */
@Singleton
public class Planner {
    /** @param issued what is served, or is to be served */
    public RenewalTime plan(Certificate certificate, Issued issued) {
        return RenewalRules.of(new Circumstances(
                issued.notBefore(),
                issued.notAfter(),
                issued.spread(),
                issued.revokedAt(),
                Optional.empty(),
                issued.suggestion().map(it -> new SuggestedWindow(it.start(), it.end())),
                Optional.empty(),
                ChangeWindows.ALWAYS));
    }
}
