package dev.perennial.testbed.web;

import dev.perennial.events.CloudEvent;
import dev.perennial.events.Identifier;
import dev.perennial.events.Order;
import dev.perennial.events.OrderPlaced;
import dev.perennial.testbed.FactReader;
import dev.perennial.testbed.Site;
import java.time.Duration;
import java.util.List;

/**
 * Adds an nginx site for each certificate that is ordered for this host. It observes {@code order.placed}, which comes
 * before the CA's validation, so the site exists before the certificate.
 */
public final class RequestedSites implements AutoCloseable {
    private static final Duration POLL = Duration.ofMillis(100);
    private static final Duration STOP_LIMIT = Duration.ofSeconds(5);

    private final String bootstrapServers;
    private final String host;
    private final NginxPart nginx;
    private final Thread observer;
    private volatile boolean open = true;

    private RequestedSites(String bootstrapServers, String host, NginxPart nginx) {
        this.bootstrapServers = bootstrapServers;
        this.host = host;
        this.nginx = nginx;
        this.observer = Thread.ofPlatform().name("requested sites").daemon().unstarted(this::observe);
    }

    /** Begins with the first fact on the topics. */
    public static RequestedSites start(String bootstrapServers, String host, NginxPart nginx) {
        RequestedSites sites = new RequestedSites(bootstrapServers, host, nginx);
        sites.observer.start();
        return sites;
    }

    private void observe() {
        try (var facts = new FactReader(bootstrapServers)) {
            while (open) {
                facts.poll(POLL).forEach(this::handle);
            }
        }
    }

    private void handle(CloudEvent event) {
        if (event.data() instanceof OrderPlaced(Order order) && order.targets().contains(host)) {
            List<String> names = order.identifiers().stream()
                    .filter(identifier -> identifier.ofType(Identifier.DNS))
                    .map(Identifier::value)
                    .toList();
            if (!names.isEmpty()) {
                add(order.name(), names);
            }
        }
    }

    /** A certificate whose site fails does not keep others from theirs. */
    private void add(String certificateName, List<String> serverNames) {
        try {
            nginx.addSite(new Site(certificateName, serverNames));
        } catch (RuntimeException e) {
            System.err.println("no site for the certificate '" + certificateName + "': " + e.getMessage());
        }
    }

    @Override
    public void close() {
        open = false;
        try {
            observer.join(STOP_LIMIT);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
