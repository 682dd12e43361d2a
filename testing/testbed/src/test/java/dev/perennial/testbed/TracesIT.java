package dev.perennial.testbed;

import static org.assertj.core.api.Assertions.assertThat;

import dev.perennial.testbed.process.Await;
import dev.perennial.testbed.process.HealthCheck;
import dev.perennial.testbed.traces.SpanSender;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class TracesIT {
    @Test
    void forwardsAGzippedSpanToZipkin() throws Exception {
        try (Stack stack = Stack.builder().only(StackPart.TRACES).start()) {
            String trace = "0af7651916cd43dd8448eb211c80319c";

            assertThat(SpanSender.sendGzipped(stack.bridge().address(), trace)).isEqualTo(200);

            assertThat(stack.bridge().received()).isEqualTo(1);
            assertThat(Await.until(
                            Duration.ofSeconds(10),
                            () -> HealthCheck.answers(stack.zipkin().address().resolve("/api/v2/trace/" + trace))))
                    .isTrue();
        }
    }
}
