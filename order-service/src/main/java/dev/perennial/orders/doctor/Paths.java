package dev.perennial.orders.doctor;

import dev.perennial.events.Identifier;
import dev.perennial.platform.probe.AcmeHandshake;
import dev.perennial.platform.probe.ChallengeFetch;
import dev.perennial.platform.probe.Probe;
import java.io.IOException;
import java.net.InetAddress;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Function;

/** Goes to the addresses of a name as a CA does, and sees who is there. */
record Paths(ChallengeFetch fetch, AcmeHandshake handshake) {
    private static final int MOST_ADDRESSES = 16;
    private static final int SHOWN = 120;

    List<Reach> http(Identifier identifier, List<InetAddress> addresses) {
        return each(addresses, address -> http(identifier, address));
    }

    List<Reach> tls(List<InetAddress> addresses) {
        return each(addresses, this::tls);
    }

    private static List<Reach> each(List<InetAddress> addresses, Function<InetAddress, Reach> look) {
        List<Future<Reach>> looks = new ArrayList<>();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            addresses.stream()
                    .limit(MOST_ADDRESSES)
                    .forEach(address -> looks.add(threads.submit(() -> look.apply(address))));
        }
        return looks.stream().map(Future::resultNow).toList();
    }

    private Reach http(Identifier identifier, InetAddress address) {
        Probe probe = Probe.random();
        try {
            ChallengeFetch.Answer answer = fetch.get(address, host(identifier), probe.token());
            return answer.status() == 200 && answer.body().stripTrailing().equals(probe.answer())
                    ? new Reach.Responder(address)
                    : new Reach.Elsewhere(
                            address,
                            "another server answers, HTTP " + answer.status() + ", body: " + shown(answer.body()));
        } catch (IOException e) {
            return missed(address, e);
        }
    }

    private Reach tls(InetAddress address) {
        try {
            AcmeHandshake.Shown shown = handshake.with(address, Probe.SERVER_NAME);
            return shown.protocol().equals(AcmeHandshake.PROTOCOL)
                            && shown.certificate() instanceof X509Certificate certificate
                            && Probe.isShownBy(certificate)
                    ? new Reach.Responder(address)
                    : new Reach.Elsewhere(address, "another server shakes hands, without the protocol acme-tls/1");
        } catch (IOException e) {
            return missed(address, e);
        }
    }

    /** A host without IPv6 (or IPv4) says nothing about who is at such an address. */
    private static Reach missed(InetAddress address, IOException e) {
        String why = String.valueOf(e.getMessage());
        return why.contains("Network is unreachable") || why.contains("Address family not supported")
                ? new Reach.Untold(address, "this host has no way to such addresses")
                : new Reach.Elsewhere(address, why);
    }

    private static String host(Identifier identifier) {
        return identifier.ofType(Identifier.IP) && identifier.ip().isV6()
                ? "[" + identifier.value() + "]"
                : identifier.value();
    }

    /** What a stranger sent, made fit for a terminal. */
    private static String shown(String body) {
        String start = body.length() <= SHOWN ? body : body.substring(0, SHOWN) + "...";
        return start.replaceAll("[^\\x20-\\x7e]", ".");
    }
}
