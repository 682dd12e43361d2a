package dev.perennial.validation.dns01;

import dev.perennial.dns.AuthoritativeServers;
import dev.perennial.dns.DnsClient;
import dev.perennial.dns.NameServer;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.xbill.DNS.TXTRecord;
import org.xbill.DNS.Type;

/**
 * Which authoritative servers show a record.
 *
 * @param limit of one question
 */
record PropagationCheck(AuthoritativeServers servers, Duration limit) {
    /** A server that does not show it, and what it says instead. */
    record Lacking(NameServer server, String answer) {
        @Override
        public String toString() {
            return server + ": " + answer;
        }
    }

    /**
     * Every server is asked; empty where all of them show it.
     *
     * @throws IOException where it cannot be found out who to ask
     */
    List<Lacking> lacking(TxtRecord record) throws IOException {
        List<Future<Optional<Lacking>>> asked;
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            asked = servers.of(record.fqdn()).stream()
                    .map(server -> threads.submit(() -> lacking(server, record)))
                    .toList();
        }
        return asked.stream().map(Future::resultNow).flatMap(Optional::stream).toList();
    }

    private Optional<Lacking> lacking(NameServer server, TxtRecord record) {
        try {
            List<String> values = new DnsClient(Optional.of(server.address()), false, limit)
                    .records(record.fqdn(), Type.TXT, TXTRecord.class).stream()
                            .map(txt -> String.join("", txt.getStrings()))
                            .toList();
            return values.contains(record.value())
                    ? Optional.empty()
                    : Optional.of(new Lacking(
                            server, values.isEmpty() ? "no TXT record" : values.size() + " other TXT value(s)"));
        } catch (IOException e) {
            return Optional.of(new Lacking(server, String.valueOf(e.getMessage())));
        }
    }
}
