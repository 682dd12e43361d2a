package dev.perennial.testbed.command;

import dev.perennial.events.CertificateDeployed;
import dev.perennial.testbed.Checkout;
import dev.perennial.testbed.FactReader;
import dev.perennial.testbed.PartFailedException;
import dev.perennial.testbed.Progress;
import dev.perennial.testbed.Site;
import dev.perennial.testbed.Stack;
import dev.perennial.testbed.demo.DemoRequest;
import dev.perennial.testbed.demo.RequestChannels;
import dev.perennial.testbed.fleet.Fleet;
import dev.perennial.testbed.fleet.ServicePart;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;

/** {@code aot}: runs the real fleet once, so that each service can write its ahead-of-time cache. */
public final class AotRecording {
    private static final int CERTIFICATES = 24;
    private static final Duration LIMIT = Duration.ofMinutes(2);

    private AotRecording() {}

    /** Records unless every service, as it is packaged now, has a cache already. */
    public static void runIfMissing(PrintStream out) {
        locked(() -> {
            if (!Fleet.hasAotCaches(Checkout.find())) {
                record(out);
            }
        });
    }

    /** @return exit code */
    public static int run(PrintStream out) {
        locked(() -> record(out));
        return 0;
    }

    /** Processes record one after the other, because their drafts have the same names. */
    private static void locked(Runnable action) {
        try {
            Path folder = Files.createDirectories(Checkout.cache());
            try (var channel = FileChannel.open(
                            folder.resolve("aot.lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                    var _ = channel.lock()) {
                action.run();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void record(PrintStream out) {
        long begin = System.nanoTime();
        out.println("recording ahead-of-time caches: the fleet issues and deploys " + CERTIFICATES + " certificates");
        List<Site> sites = IntStream.range(0, CERTIFICATES)
                .mapToObj(i -> Site.of("aot-" + i, "aot-" + i + ".demo.test"))
                .toList();
        List<ServicePart> services;
        try (Stack stack = Stack.builder()
                .sites(sites)
                .tracingDropped()
                .recordAotCaches()
                .progress(Progress.lines(out))
                .start()) {
            services = stack.services();
            deploy(stack, sites);
            out.println("all deployed; the services stop and write their caches");
        }
        services.forEach(ServicePart::publishAotCache);
        out.println("recorded in " + Duration.ofNanos(System.nanoTime() - begin).toSeconds()
                + " s; the services use the caches until their jars change");
    }

    private static void deploy(Stack stack, List<Site> sites) {
        var channels = new RequestChannels(stack);
        Set<String> open = new HashSet<>();
        for (Site site : sites) {
            DemoRequest request = DemoRequest.of(site, stack.host());
            open.add(request.name());
            if (open.size() % 2 == 0) {
                channels.sendEvent(request);
            } else {
                channels.post(request);
            }
        }
        long deadline = System.nanoTime() + LIMIT.toNanos();
        try (var facts = new FactReader(stack.bootstrapServers())) {
            while (!open.isEmpty()) {
                if (System.nanoTime() > deadline) {
                    throw new PartFailedException(
                            "aot", open + " were not deployed within " + LIMIT.toSeconds() + " s");
                }
                facts.poll(Duration.ofMillis(200)).forEach(event -> {
                    if (event.data() instanceof CertificateDeployed deployed) {
                        open.remove(deployed.name());
                    }
                });
            }
        }
    }
}
