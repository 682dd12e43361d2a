package dev.perennial.testbed.demo;

import dev.perennial.events.CertificateDeployed;
import dev.perennial.testbed.FactReader;
import dev.perennial.testbed.Part;
import dev.perennial.testbed.Progress;
import dev.perennial.testbed.Stack;
import dev.perennial.testbed.process.Await;
import dev.perennial.testbed.process.LogTail;
import dev.perennial.testbed.web.TlsHandshake;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;

/** One run of the demo. */
public final class Demo {
    private static final Duration LIMIT = Duration.ofSeconds(120);
    private static final Duration SETTLE = Duration.ofSeconds(5);
    private final PrintStream out;
    private final Stack stack;
    private final DemoTimeline story;

    private Demo(PrintStream out, Stack stack) {
        this.out = out;
        this.stack = stack;
        this.story = new DemoTimeline(out);
    }

    /**
     * @param once whether to end by itself
     * @return exit code: 0 where both certificates were proven
     */
    public static int run(boolean once) {
        PrintStream out = System.out;
        long begin = System.nanoTime();
        out.println("starting the parts and the fleet on this machine:");
        try (Stack stack = Stack.builder()
                .sites(DemoSites.ALL)
                .tracing()
                .progress(Progress.lines(out))
                .start()) {
            out.println("all up after "
                    + Duration.ofNanos(System.nanoTime() - begin).toSeconds() + " s\n");
            boolean proven = new Demo(out, stack).play();
            if (!once) {
                out.println("\nCtrl-C ends it and removes everything.");
                waitForCtrlC();
            }
            return proven ? 0 : 1;
        }
    }

    private boolean play() {
        var doors = new RequestChannels(stack);
        DemoRequest shop = DemoRequest.of(DemoSites.SHOP, stack.host());
        DemoRequest api = DemoRequest.of(DemoSites.SHOP_API, stack.host());
        List<DemoRequest> wishes = List.of(shop, api);
        story.asked(shop, "with a CloudEvent on certificate.requests");
        doors.sendEvent(shop);
        story.asked(api, "with POST " + stack.rest().resolve("/api/v1/certificates"));
        doors.post(api);
        if (!follow(wishes)) {
            evidence(wishes);
            return false;
        }
        boolean all = true;
        for (DemoRequest wish : wishes) {
            all &= prove(wish);
        }
        return all;
    }

    private boolean follow(List<DemoRequest> wishes) {
        long deadline = System.nanoTime() + LIMIT.toNanos();
        try (var facts = new FactReader(stack.bootstrapServers())) {
            while (System.nanoTime() < deadline) {
                facts.poll(Duration.ofMillis(200)).forEach(story::hear);
                if (wishes.stream().allMatch(wish -> story.deployed(wish.name()).isPresent())) {
                    return true;
                }
            }
            return false;
        }
    }

    /** Believes nobody: makes its own handshakes, for every name of the certificate, against the CA's root. */
    private boolean prove(DemoRequest wish) {
        CertificateDeployed fact = story.deployed(wish.name()).orElseThrow();
        String roots = stack.issuingRoot();
        boolean all = true;
        AtomicReference<TlsHandshake> seen = new AtomicReference<>();
        for (String name : wish.site().serverNames()) {
            // Right after a reload, an old worker of nginx may still answer once.
            all &= Await.until(SETTLE, () -> serves(roots, name, fact, seen));
        }
        out.println();
        out.println("  " + wish.name() + (all ? ": PROVEN by TLS handshakes of our own" : ": NOT PROVEN"));
        Optional.ofNullable(seen.get()).ifPresent(this::show);
        show(
                "inventory",
                stack.rest()
                        .resolve("/api/v1/certificates/" + fact.certificateId())
                        .toString());
        show("", "curl -H \"Authorization: Bearer $(cat " + stack.run().root().resolve("token") + ")\" <inventory>");
        show("trace", stack.zipkin().page(wish.traceId()) + "   (complete after some seconds)");
        return all;
    }

    private boolean serves(String roots, String name, CertificateDeployed fact, AtomicReference<TlsHandshake> seen) {
        try {
            TlsHandshake handshake = TlsHandshake.trusting(roots, stack.nginx().port(), name);
            seen.set(handshake);
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

    private void show(String what, String value) {
        out.println(String.format(java.util.Locale.ROOT, "    %-10s %s", what, value));
    }

    private void evidence(List<DemoRequest> wishes) {
        out.println("\nnot deployed within " + LIMIT.toSeconds() + " s:");
        wishes.stream()
                .filter(wish -> story.deployed(wish.name()).isEmpty())
                .forEach(wish -> out.println(
                        "  " + wish.name() + "   trace " + stack.zipkin().page(wish.traceId())));
        for (Part part : stack.parts()) {
            part.log()
                    .filter(log ->
                            part.name().contains("-service") || part.name().contains("agent") || !part.healthy())
                    .ifPresent(log -> out.println(part.name() + ", " + (part.healthy() ? "healthy" : "NOT HEALTHY")
                            + ", last log lines:\n" + LogTail.of(log, 15)));
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
