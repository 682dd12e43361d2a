package dev.perennial.orders.doctor;

import dev.perennial.events.Identifier;
import dev.perennial.orders.doctor.ResponderIsolation.TokenAnswer;
import dev.perennial.platform.probe.AcmeHandshake;
import dev.perennial.platform.probe.ChallengeFetch;
import dev.perennial.platform.probe.ResponderProbe;
import java.io.IOException;
import java.net.InetAddress;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Function;

/** Connects to the addresses of a name as a CA does, and identifies the server there. */
record ChallengePaths(ChallengeFetch fetch, AcmeHandshake handshake) {
    private static final int MAX_ADDRESSES = 16;
    private static final int MAX_SHOWN = 120;
    /** Paths that a router forwards by mistake: everything, or every well-known path. */
    private static final List<String> OUTSIDE = List.of("/", "/.well-known/");

    List<ProbeResult> http(Identifier identifier, List<InetAddress> addresses) {
        return each(addresses, address -> http(identifier, address));
    }

    List<ProbeResult> tls(List<InetAddress> addresses) {
        return each(addresses, this::tls);
    }

    /** @param responders addresses at which the responder answered */
    List<ResponderIsolation> isolation(Identifier identifier, List<InetAddress> responders) {
        return each(
                responders,
                address -> new ResponderIsolation(
                        address,
                        OUTSIDE.stream()
                                .filter(folder -> answersBelow(folder, identifier, address))
                                .toList(),
                        unusedToken(identifier, address)));
    }

    private static <T> List<T> each(List<InetAddress> addresses, Function<InetAddress, T> probe) {
        List<Future<T>> probes = new ArrayList<>();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            addresses.stream()
                    .limit(MAX_ADDRESSES)
                    .forEach(address -> probes.add(threads.submit(() -> probe.apply(address))));
        }
        return probes.stream().map(Future::resultNow).toList();
    }

    private ProbeResult http(Identifier identifier, InetAddress address) {
        ResponderProbe probe = ResponderProbe.random();
        try {
            ChallengeFetch.Answer answer = fetch.get(address, host(identifier), probe.token());
            return answer.status() == 200 && isAnswer(probe, answer)
                    ? new ProbeResult.Responder(address)
                    : new ProbeResult.Failed(
                            address,
                            "another server responds: HTTP " + answer.status() + ", body: " + shown(answer.body()));
        } catch (IOException e) {
            return missed(address, e);
        }
    }

    private boolean answersBelow(String folder, Identifier identifier, InetAddress address) {
        ResponderProbe probe = ResponderProbe.random();
        try {
            return isAnswer(probe, fetch.getPath(address, host(identifier), folder + probe.token()));
        } catch (IOException e) {
            return false;
        }
    }

    private TokenAnswer unusedToken(Identifier identifier, InetAddress address) {
        ResponderProbe probe = ResponderProbe.random();
        try {
            ChallengeFetch.Answer answer = fetch.get(address, host(identifier), probe.unusedToken());
            return answer.status() == 404 && isAnswer(probe, answer)
                    ? new TokenAnswer.Responder()
                    : new TokenAnswer.Other(answer.status(), shown(answer.body()));
        } catch (IOException e) {
            return new TokenAnswer.None(String.valueOf(e.getMessage()));
        }
    }

    private static boolean isAnswer(ResponderProbe probe, ChallengeFetch.Answer answer) {
        return answer.body().stripTrailing().equals(probe.answer());
    }

    private ProbeResult tls(InetAddress address) {
        try {
            AcmeHandshake.Shown shown = handshake.with(address, ResponderProbe.SERVER_NAME);
            return shown.protocol().equals(AcmeHandshake.PROTOCOL)
                            && shown.certificate() instanceof X509Certificate certificate
                            && ResponderProbe.isShownBy(certificate)
                    ? new ProbeResult.Responder(address)
                    : new ProbeResult.Failed(
                            address, "another server completes the handshake, without the protocol acme-tls/1");
        } catch (IOException e) {
            return missed(address, e);
        }
    }

    /** A host without IPv6 (or IPv4) cannot check addresses of that family. */
    private static ProbeResult missed(InetAddress address, IOException e) {
        String why = String.valueOf(e.getMessage());
        return why.contains("Network is unreachable") || why.contains("Address family not supported")
                ? new ProbeResult.NoRoute(address, "this host has no route to addresses of this family")
                : new ProbeResult.Failed(address, why);
    }

    private static String host(Identifier identifier) {
        return identifier.ofType(Identifier.IP) && identifier.ip().isV6()
                ? "[" + identifier.value() + "]"
                : identifier.value();
    }

    /** A part of an untrusted body, safe for a terminal. */
    private static String shown(String body) {
        String start = body.length() <= MAX_SHOWN ? body : body.substring(0, MAX_SHOWN) + "...";
        return start.replaceAll("[^\\x20-\\x7e]", ".");
    }
}
