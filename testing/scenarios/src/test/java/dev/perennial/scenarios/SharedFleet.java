package dev.perennial.scenarios;

import dev.perennial.testbed.Part;
import dev.perennial.testbed.Site;
import dev.perennial.testbed.Stack;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterTestExecutionCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * One running fleet per JVM, which scenario classes use one after the other. A class specifies its sites, which are added to nginx,
 * and leaves the fleet intact: it restarts the services that it stops, and removes the faults that it injects. Certificate
 * and server names are therefore unique among these classes. A fleet that is not intact after a class, or in which a test
 * failed, is closed, and the next class gets a new one. The last fleet is closed with the JVM.
 */
final class SharedFleet implements BeforeAllCallback, AfterTestExecutionCallback, AfterAllCallback {
    /** An issuer whose certificates are issued after a rehearsal at {@link #STAGING}. */
    static final String REHEARSED = "rehearsed";
    /** Like {@link #REHEARSED}. */
    static final String DRILLED = "drilled";
    /** An issuer without rehearsal. */
    static final String REPLACED = "replaced";

    static final String STAGING = "staging";
    /** An issuer at its own ACME proxy, with {@link #STANDBY} as its fallback. */
    static final String PRIMARY = "primary";

    static final String STANDBY = "standby";
    /** The longest interval between two requests for renewal information. */
    static final Duration RENEWAL_INFO_INTERVAL = Duration.ofSeconds(2);

    private static Optional<Stack> idle = Optional.empty();

    private final List<Site> sites;
    private Stack stack;
    private EventRecorder events;
    private FleetClient client;
    private boolean failed;

    private SharedFleet(List<Site> sites) {
        this.sites = sites;
    }

    /** For a static field with {@code @RegisterExtension}. */
    static SharedFleet with(Site... sites) {
        return new SharedFleet(List.of(sites));
    }

    static SharedFleet with(List<Site> sites) {
        return new SharedFleet(List.copyOf(sites));
    }

    Stack stack() {
        return stack;
    }

    /** Everything that is published while the class runs. */
    EventRecorder events() {
        return events;
    }

    FleetClient client() {
        return client;
    }

    @Override
    public void beforeAll(ExtensionContext context) {
        stack = take();
        stack.nginx().add(sites);
        events = EventRecorder.fromNow(stack.bootstrapServers());
        client = new FleetClient(stack);
    }

    @Override
    public void afterTestExecution(ExtensionContext context) {
        failed |= context.getExecutionException().isPresent();
    }

    @Override
    public void afterAll(ExtensionContext context) throws InterruptedException {
        if (stack == null) {
            return;
        }
        if (client != null) {
            client.close();
            events.close();
        }
        if (failed || context.getExecutionException().isPresent() || !intact(stack)) {
            stack.close();
        } else {
            giveBack(stack);
        }
    }

    private static boolean intact(Stack stack) {
        return stack.parts().stream().allMatch(Part::healthy)
                && Stream.of(stack.acmeProxy(), stack.acmeProxy(PRIMARY), stack.acmeProxy(STANDBY))
                        .noneMatch(proxy -> proxy.faults().any())
                && !stack.configTest().held();
    }

    private static synchronized Stack take() {
        Stack taken = idle.orElseGet(SharedFleet::start);
        idle = Optional.empty();
        return taken;
    }

    private static synchronized void giveBack(Stack stack) {
        idle = Optional.of(stack);
    }

    private static Stack start() {
        return Stack.builder()
                .issuer(STAGING, Map.of())
                .issuer(REHEARSED, Map.of("rehearsal", STAGING))
                .issuer(DRILLED, Map.of("rehearsal", STAGING))
                .issuer(REPLACED, Map.of())
                .issuerWithOwnProxy(PRIMARY, Map.of("fallbacks", List.of(STANDBY)))
                .issuerWithOwnProxy(STANDBY, Map.of())
                // A placement that is interrupted by a kill is repeated after this time.
                .serviceProperty("order-service", "perennial.placement.lease-timeout", "20s")
                .serviceProperty("order-service", "perennial.failover.failure-timeout", "3s")
                .serviceProperty("order-service", "perennial.failover.probe-intervals", "5s")
                .serviceProperty("order-service", "perennial.policy.allowed-networks", "127.0.0.0/8")
                .serviceProperty("order-service", "perennial.supervision.attempt-retry-intervals", "1s,2s")
                .serviceProperty("order-service", "perennial.supervision.proof-retry-intervals", "1s,2s")
                .serviceProperty(
                        "order-service", "perennial.renewal.max-poll-interval", RENEWAL_INFO_INTERVAL.toString())
                .serviceProperty("order-service", "perennial.renewal.poll-interval", "PT0.5S")
                // On a busy machine, a check that times out makes the service fall back to another method.
                .serviceProperty("validation-service", "perennial.http01.self-check-timeout", "8s")
                .serviceProperty("validation-service", "perennial.challenges[0].suffix", "alpn.demo.test")
                .serviceProperty("validation-service", "perennial.challenges[0].methods", "tls-alpn-01")
                .start();
    }
}
