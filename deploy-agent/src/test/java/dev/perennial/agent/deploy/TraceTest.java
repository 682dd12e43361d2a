package dev.perennial.agent.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.perennial.agent.activation.DeploymentResult;
import dev.perennial.platform.telemetry.Spans;
import dev.perennial.vault.Bundle;
import io.opentelemetry.api.GlobalOpenTelemetry;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TraceTest {
    private final List<SpanData> spans = new CopyOnWriteArrayList<>();

    @TempDir
    Path folder;

    private TestHost host;

    @BeforeEach
    void start() throws Exception {
        GlobalOpenTelemetry.resetForTest();
        GlobalOpenTelemetry.set(OpenTelemetrySdk.builder()
                .setTracerProvider(SdkTracerProvider.builder()
                        .addSpanProcessor(SimpleSpanProcessor.create(new Kept()))
                        .build())
                .build());
        host = new TestHost(folder);
    }

    @AfterEach
    void stop() throws IOException {
        host.close();
        GlobalOpenTelemetry.resetForTest();
    }

    @Test
    void givesEachDeploymentOfABatchItsOwnCompleteTrace() {
        List<Bundle> bundles =
                IntStream.range(0, 5).mapToObj(i -> host.issued("shop" + i)).toList();
        Deployer deployer = host.deployer();

        List<String> traces = TestHost.together(
                bundles,
                bundle -> Spans.inSpan("deploy certificate", SpanKind.INTERNAL, Map.of(), () -> {
                    assertThat(deployer.deploy(bundle).outcome()).isInstanceOf(DeploymentResult.Deployed.class);
                    return Span.current().getSpanContext().getTraceId();
                }));

        assertThat(traces).doesNotHaveDuplicates().allSatisfy(trace -> assertThat(spans)
                .filteredOn(span -> span.getTraceId().equals(trace))
                .extracting(SpanData::getName)
                .containsExactlyInAnyOrder(
                        "deploy certificate", "install generation", "config test", "reload", "handshake"));
        assertThat(spans).filteredOn(span -> span.getName().equals("handshake")).allSatisfy(span -> {
            assertThat(span.getKind()).isEqualTo(SpanKind.CLIENT);
            assertThat(span.getAttributes().get(AttributeKey.stringKey("server.address")))
                    .isEqualTo("127.0.0.1");
            assertThat(span.getAttributes().get(AttributeKey.longKey("server.port")))
                    .isEqualTo(host.server.port());
            assertThat(span.getAttributes().get(AttributeKey.stringKey("tls.protocol.version")))
                    .isEqualTo("TLSv1.3");
            assertThat(span.getAttributes().get(AttributeKey.booleanKey("perennial.fingerprint.match")))
                    .isTrue();
        });
    }

    private final class Kept implements SpanExporter {
        @Override
        public CompletableResultCode export(Collection<SpanData> batch) {
            spans.addAll(batch);
            return CompletableResultCode.ofSuccess();
        }

        @Override
        public CompletableResultCode flush() {
            return CompletableResultCode.ofSuccess();
        }

        @Override
        public CompletableResultCode shutdown() {
            return CompletableResultCode.ofSuccess();
        }
    }
}
