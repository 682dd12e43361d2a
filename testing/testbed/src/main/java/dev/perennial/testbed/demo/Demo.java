package dev.perennial.testbed.demo;

import dev.perennial.events.CertificateDeployed;
import dev.perennial.testbed.FactReader;
import dev.perennial.testbed.Part;
import dev.perennial.testbed.Stack;
import dev.perennial.testbed.StartReport;
import dev.perennial.testbed.process.Await;
import dev.perennial.testbed.process.LogTail;
import dev.perennial.testbed.web.TlsHandshake;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;

/** One run of the demo. */
public final class Demo {
    private static final Duration LIMIT = Duration.ofSeconds(120);
    private static final Duration HANDSHAKE_LIMIT = Duration.ofSeconds(5);
    private static final Duration POLL = Duration.ofMillis(100);
    private final PrintStream out;
    private final Stack stack;
    private final boolean once;
    private final DemoTimeline timeline;

    private Demo(PrintStream out, Stack stack, boolean once) {
        this.out = out;
        this.stack = stack;
        this.once = once;
        this.timeline = new DemoTimeline(out);
    }

    /**
     * @param once whether to end without waiting for Ctrl-C; addresses that are closed at the end are not printed then
     * @param verbose whether each part's start is reported
     * @return exit code: 0 if TLS handshakes proved both certificates
     */
    public static int run(boolean once, boolean verbose) {
        PrintStream out = System.out;
        try (Stack stack =
                StartReport.start(Stack.builder().sites(DemoSites.ALL).tracing(), verbose, out)) {
            out.println();
            boolean proven = new Demo(out, stack, once).play();
            if (!once) {
                out.println("\nThe stack keeps running. Ctrl-C stops it and removes all of its files.");
                waitForCtrlC();
            }
            return proven ? 0 : 1;
        }
    }

    private boolean play() {
        var channels = new RequestChannels(stack);
        DemoRequest shop = DemoRequest.of(DemoSites.SHOP, stack.host());
        DemoRequest api = DemoRequest.of(DemoSites.SHOP_API, stack.host());
        List<DemoRequest> requests = List.of(shop, api);
        timeline.requested(shop, "a CloudEvent on certificate.requests");
        channels.sendEvent(shop);
        timeline.requested(api, "POST " + stack.rest().resolve("/api/v1/certificates"));
        channels.post(api);
        if (!follow(requests)) {
            printEvidence(requests);
            return false;
        }
        boolean all = true;
        for (DemoRequest request : requests) {
            all &= prove(request);
        }
        if (!once) {
            out.println("\nThe inventory needs the REST token: curl -H \"Authorization: Bearer $(cat "
                    + stack.run().root().resolve("token") + ")\" <inventory>");
            out.println("A trace is complete after some seconds.");
        }
        return all;
    }

    private boolean follow(List<DemoRequest> requests) {
        long deadline = System.nanoTime() + LIMIT.toNanos();
        try (var facts = new FactReader(stack.bootstrapServers())) {
            while (System.nanoTime() < deadline) {
                facts.poll(POLL).forEach(timeline::add);
                timeline.printUntil(Instant.now());
                if (requests.stream()
                        .allMatch(request -> timeline.deployed(request.name()).isPresent())) {
                    return true;
                }
            }
            return false;
        }
    }

    /** Makes a handshake for each name of the certificate and checks it against the CA's root. */
    private boolean prove(DemoRequest request) {
        CertificateDeployed fact = timeline.deployed(request.name()).orElseThrow();
        String roots = stack.issuingRoot();
        boolean all = true;
        AtomicReference<TlsHandshake> last = new AtomicReference<>();
        for (String name : request.site().serverNames()) {
            // Directly after a reload, an old worker of nginx may still accept a connection.
            all &= Await.until(HANDSHAKE_LIMIT, () -> serves(roots, name, fact, last));
        }
        out.println();
        out.println("  " + request.name() + (all ? ": PROVEN by a TLS handshake for each name" : ": NOT PROVEN"));
        Optional.ofNullable(last.get()).ifPresent(this::show);
        if (!once) {
            show(
                    "inventory",
                    stack.rest()
                            .resolve("/api/v1/certificates/" + fact.certificateId())
                            .toString());
            show("trace", stack.zipkin().page(request.traceId()).toString());
        }
        return all;
    }

    private boolean serves(String roots, String name, CertificateDeployed fact, AtomicReference<TlsHandshake> last) {
        try {
            TlsHandshake handshake = TlsHandshake.trusting(roots, stack.nginx().port(), name);
            last.set(handshake);
            return handshake.fingerprint().equals(fact.fingerprint());
        } catch (UncheckedIOException e) {
            return false;
        }
    }

    private void show(TlsHandshake served) {
        show("server", "127.0.0.1:" + stack.nginx().port() + ", " + served.protocol());
        show("names", String.join(", ", served.names()));
        show("issuer", served.issuer());
        show("serial", served.serial());
        show("not after", served.notAfter().toString());
    }

    private void show(String label, String value) {
        out.println(String.format(Locale.ROOT, "    %-10s %s", label, value));
    }

    private void printEvidence(List<DemoRequest> requests) {
        out.println("\nNot deployed within " + LIMIT.toSeconds() + " s:");
        requests.stream()
                .filter(request -> timeline.deployed(request.name()).isEmpty())
                .forEach(request -> out.println("  " + request.name()
                        + (once ? "" : "   trace " + stack.zipkin().page(request.traceId()))));
        for (Part part : stack.parts()) {
            part.log()
                    .filter(log ->
                            part.name().contains("-service") || part.name().contains("agent") || !part.healthy())
                    .ifPresent(log -> out.println(part.name() + ", " + (part.healthy() ? "healthy" : "NOT HEALTHY")
                            + ", end of its log:\n" + LogTail.of(log, 15)));
        }
    }

    private static void waitForCtrlC() {
        try {
            new CountDownLatch(1).await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
