package dev.perennial.orders.issuer.limits;

import dev.perennial.rules.limits.Limit;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithParentName;
import java.util.Map;
import java.util.Optional;

/** Limits of CAs without a built-in preset, and limits that a CA has raised for an account. */
@ConfigMapping(prefix = "perennial.limit-presets")
public interface LimitPresetsConfig {
    /** By preset name, to which {@code limits} of an issuer may refer; not the name of a built-in preset. */
    @WithParentName
    Map<String, Preset> presets();

    /** Each limit as {@code <capacity> in <number> s|min|h|d}, for example {@code 300 in 3 h}; where absent, the CA has no such limit. */
    interface Preset {
        /** New orders in quick succession. */
        Optional<Limit> requests();

        /** New orders of the account. */
        Optional<Limit> accountOrders();

        /** Certificates for one registered domain. */
        Optional<Limit> registeredDomain();

        /** Certificates for exactly the same names. */
        Optional<Limit> nameSet();

        /** Validations of a name that the CA failed. */
        Optional<Limit> failedAuthorizations();
    }
}
