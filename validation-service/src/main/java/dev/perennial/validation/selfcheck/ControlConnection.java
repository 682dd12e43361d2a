package dev.perennial.validation.selfcheck;

import dev.perennial.dns.AddressLookup;
import dev.perennial.dns.DnsConfig;
import dev.perennial.dns.DnsUnavailableException;
import dev.perennial.dns.ServerAddress;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;

/**
 * Resolves the name of the control target and opens a connection to it. A thousand names that fail at the same time
 * share one result.
 */
@Singleton
public final class ControlConnection implements ControlQuery {
    /** Short: an outage may begin between two results. */
    private static final Duration MAX_AGE = Duration.ofSeconds(2);

    private static final int HTTPS = 443;
    /** Callers wait for the result. */
    private static final int MAX_ADDRESSES = 4;

    private final AddressLookup lookup;
    private final Optional<InetSocketAddress> configured;
    private final Duration timeout;
    private final LongSupplier nanoTime;
    private final Map<InetSocketAddress, Target> targets = new ConcurrentHashMap<>();

    @Inject
    ControlConnection(DnsConfig dns, SelfCheckConfig config) {
        this(
                AddressLookup.of(dns),
                config.controlTarget()
                        .map(text -> ServerAddress.parseUnresolved("perennial.self-check.control-target", text)),
                config.controlTimeout(),
                System::nanoTime);
    }

    /** @param configured unresolved; the host of the CA if absent */
    ControlConnection(
            AddressLookup lookup, Optional<InetSocketAddress> configured, Duration timeout, LongSupplier nanoTime) {
        this.lookup = lookup;
        this.configured = configured;
        this.timeout = timeout;
        this.nanoTime = nanoTime;
    }

    @Override
    public ControlResult query(URI ca) {
        InetSocketAddress address = configured.orElseGet(
                () -> InetSocketAddress.createUnresolved(ca.getHost(), ca.getPort() < 0 ? HTTPS : ca.getPort()));
        return targets.computeIfAbsent(address, Target::new).result();
    }

    private final class Target {
        private final InetSocketAddress address;
        private Optional<ControlResult> last = Optional.empty();
        private long lastAt;

        Target(InetSocketAddress address) {
            this.address = address;
        }

        synchronized ControlResult result() {
            if (last.isEmpty() || nanoTime.getAsLong() - lastAt > MAX_AGE.toNanos()) {
                last = Optional.of(connect());
                lastAt = nanoTime.getAsLong();
            }
            return last.get();
        }

        private ControlResult connect() {
            String shown = address.getHostString() + ":" + address.getPort();
            IOException failure = null;
            try {
                for (InetAddress candidate :
                        addresses().stream().limit(MAX_ADDRESSES).toList()) {
                    try (Socket socket = new Socket()) {
                        socket.connect(
                                new InetSocketAddress(candidate, address.getPort()),
                                Math.toIntExact(timeout.toMillis()));
                        return new ControlResult.Reachable(shown);
                    } catch (IOException e) {
                        failure = e;
                    }
                }
            } catch (IOException e) {
                failure = e;
            }
            return new ControlResult.Unreachable(shown + " cannot be reached: " + failure);
        }

        /**
         * If the resolver answers that the name has no address, the resolver works. The system's resolver is used then,
         * because it may have the name of an internal CA, for example in {@code /etc/hosts}.
         *
         * @throws DnsUnavailableException if the resolver does not answer
         */
        private List<InetAddress> addresses() throws UnknownHostException {
            // Without the brackets of an IPv6 address in a URL.
            String host = address.getHostString().replace("[", "").replace("]", "");
            try {
                return List.of(InetAddress.ofLiteral(host));
            } catch (IllegalArgumentException notLiteral) {
                return addresses(host);
            }
        }

        private List<InetAddress> addresses(String host) throws UnknownHostException {
            try {
                return lookup.addresses(host);
            } catch (DnsUnavailableException e) {
                throw e;
            } catch (UnknownHostException e) {
                return List.of(InetAddress.getAllByName(host));
            }
        }
    }
}
