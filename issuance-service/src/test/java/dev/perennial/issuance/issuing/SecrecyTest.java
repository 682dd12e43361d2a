package dev.perennial.issuance.issuing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.perennial.events.CloudEvent;
import dev.perennial.events.Event;
import dev.perennial.events.EventCodec;
import io.opentelemetry.api.GlobalOpenTelemetry;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.testing.exporter.InMemorySpanExporter;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.stream.Stream;
import org.jboss.logmanager.formatters.PatternFormatter;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** No output of the process, except to Vault, contains the key. */
class SecrecyTest {
    private final IssuanceTestSetup fixture = new IssuanceTestSetup();
    private final InMemorySpanExporter spans = InMemorySpanExporter.create();
    private final List<String> lines = new CopyOnWriteArrayList<>();
    private final PatternFormatter format = new PatternFormatter("%m%n%e");
    private final Handler listener = new Handler() {
        @Override
        public void publish(LogRecord record) {
            lines.add(format.format(record));
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    };

    @BeforeEach
    void listen() {
        GlobalOpenTelemetry.resetForTest();
        GlobalOpenTelemetry.set(OpenTelemetrySdk.builder()
                .setTracerProvider(SdkTracerProvider.builder()
                        .addSpanProcessor(SimpleSpanProcessor.create(spans))
                        .build())
                .build());
        Logger.getLogger("").addHandler(listener);
    }

    @AfterEach
    void stop() {
        Logger.getLogger("").removeHandler(listener);
        GlobalOpenTelemetry.resetForTest();
        fixture.close();
    }

    @Test
    void neverExposesTheKey() {
        fixture.ca.unavailableCalls = 1;
        fixture.deliver();

        List<String> secret = fixture.bundle()
                .privateKey()
                .lines()
                .filter(line -> !line.startsWith("---"))
                .toList();
        assertThat(secret).isNotEmpty();
        assertThat(lines).anyMatch(line -> line.contains(fixture.bundle().serial()));
        assertThat(spans.getFinishedSpanItems()).isNotEmpty();
        Stream.of(lines.stream(), spans.getFinishedSpanItems().stream().map(SpanData::toString), published())
                .flatMap(texts -> texts)
                .forEach(text -> assertThat(text).doesNotContain(secret).doesNotContain("PRIVATE KEY"));
    }

    @Test
    void recordsOneTrace() {
        fixture.deliver();
        SpanData whole = span("issue certificate");
        SpanData key = span("generate key");
        assertThat(key.getParentSpanId()).isEqualTo(whole.getSpanId());
        assertThat(whole.getAttributes().asMap().values())
                .contains(fixture.order.orderId().toString(), "issued");
    }

    private SpanData span(String name) {
        return spans.getFinishedSpanItems().stream()
                .filter(span -> span.getName().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private Stream<String> published() {
        Stream<Event> facts = fixture.topic.stream().map(CloudEvent::data);
        return facts.map(fact -> new String(EventCodec.encode(fact), StandardCharsets.UTF_8));
    }
}
