package dev.perennial.testbed.traces;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import org.junit.jupiter.api.Test;

class ZipkinSpansTest {
    @Test
    void mapsIdsTimesAndAttributes() {
        JsonNode span = ZipkinSpans.of(SampleExports.one("0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331"))
                .get(0);

        assertThat(span.get("traceId").asText()).isEqualTo("0af7651916cd43dd8448eb211c80319c");
        assertThat(span.get("id").asText()).isEqualTo("b7ad6b7169203331");
        assertThat(span.has("parentId")).isFalse();
        assertThat(span.get("kind").asText()).isEqualTo("CLIENT");
        assertThat(span.get("duration").asLong()).isEqualTo(2_000);
        assertThat(span.at("/localEndpoint/serviceName").asText()).isEqualTo("order-service");
        assertThat(span.at("/tags/acme.order").asText()).isEqualTo("7");
        assertThat(span.at("/annotations/0/value").asText()).isEqualTo("retried");
    }
}
