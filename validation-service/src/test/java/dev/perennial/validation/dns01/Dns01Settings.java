package dev.perennial.validation.dns01;

import java.time.Duration;

/** Configuration of the queries, for tests. */
record Dns01Settings(int authoritativePort, Dns01SelfCheck selfCheck, boolean followCnames, Duration queryTimeout)
        implements Dns01Config {
    static Dns01Settings of(int authoritativePort, Dns01SelfCheck selfCheck) {
        return new Dns01Settings(authoritativePort, selfCheck, true, Duration.ofSeconds(3));
    }
}
