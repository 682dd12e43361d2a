package dev.perennial.bench;

import dev.perennial.testbed.Progress;
import dev.perennial.testbed.Stack;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Sequential requests on an idle fleet with few sites: the latency of a single certificate. */
final class IdleRun {
    private static final int WARM_UP = 20;

    private final BenchOptions options;

    IdleRun(BenchOptions options) {
        this.options = options;
    }

    Latencies run(Progress progress) {
        try (Stack stack = Stack.builder()
                        .sites(FleetRun.sites(WARM_UP + options.single()))
                        .ca(ca -> ca.withNonceReject(0).withAuthorizationReuse(0))
                        .tracingDropped()
                        .progress(progress)
                        .start();
                BenchClient client = new BenchClient(stack.bootstrapServers(), stack.host())) {
            List<Duration> times = new ArrayList<>();
            for (int i = 0; i < WARM_UP + options.single(); i++) {
                var time = FleetRun.issue(client, i, 1).deployed().values();
                if (i >= WARM_UP) {
                    times.addAll(time);
                }
            }
            return Latencies.of(times);
        }
    }
}
