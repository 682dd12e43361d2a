package dev.perennial.platform.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.perennial.events.EventCodec;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.context.Context;
import java.util.Optional;
import org.jboss.logmanager.ExtLogRecord;
import org.jboss.logmanager.Level;
import org.junit.jupiter.api.Test;

class JsonLogsTest {
    private static final String TRACEPARENT = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

    @Test
    void writesOneJsonObjectALineWithTheTrace() throws Exception {
        var record = new ExtLogRecord(Level.WARN, "line one\nline \"two\"", JsonLogsTest.class.getName());
        record.setLoggerName("test");
        record.setThrown(new IllegalStateException("cause"));

        String text;
        try (var scope = Spans.context(Optional.of(TRACEPARENT)).makeCurrent()) {
            text = new JsonLogs.JsonFormatter().format(record);
        }

        assertThat(text.strip()).doesNotContain("\n");
        JsonNode line = EventCodec.mapper().readTree(text);
        assertThat(line.get("message").asText()).isEqualTo("line one\nline \"two\"");
        assertThat(line.get("traceId").asText()).isEqualTo("0af7651916cd43dd8448eb211c80319c");
        assertThat(line.get("error").asText()).contains("IllegalStateException");
    }

    @Test
    void roundTripsATraceparent() {
        Context context = Spans.context(Optional.of(TRACEPARENT));

        assertThat(Spans.traceparent(context)).contains(TRACEPARENT);
    }

    @Test
    void treatsAMalformedTraceparentAsNone() {
        Context context = Spans.context(Optional.of("00-zzz"));

        assertThat(Span.fromContext(context).getSpanContext().isValid()).isFalse();
        assertThat(Spans.traceparent(context)).isEmpty();
    }
}
