package dev.perennial.validation.dns01;

import dev.perennial.dns.AuthoritativeLookup;
import dev.perennial.dns.DnsClient;
import dev.perennial.dns.DnsUnavailableException;
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
 * Checks that the required servers serve a TXT record.
 *
 * @param timeout timeout of one query
 */
record PropagationCheck(AuthoritativeLookup lookup, DnsClient resolver, Duration timeout, Dns01SelfCheck required) {
    /**
     * A server that does not serve the record, and its answer.
     *
     * @param answered false if there was no answer
     */
    record Missing(String server, String answer, boolean answered) {
        @Override
        public String toString() {
            return server + ": " + answer;
        }
    }

    /**
     * Queries every required server.
     *
     * @return the servers without the record
     * @throws IOException if the authoritative servers cannot be determined
     * @throws DnsUnavailableException if none of them answers: this host may have no access to them
     */
    List<Missing> missing(TxtRecord record) throws IOException {
        return switch (required) {
            case AUTHORITATIVE -> missingAtServers(record);
            case ANSWERING ->
                missingAtServers(record).stream().filter(Missing::answered).toList();
            case RESOLVER -> missing("the resolver", resolver, record).stream().toList();
            case OFF -> List.of();
        };
    }

    private List<Missing> missingAtServers(TxtRecord record) throws IOException {
        List<Future<Optional<Missing>>> pending;
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            pending = lookup.serversOf(record.fqdn()).stream()
                    .map(server -> threads.submit(() -> missing(server, record)))
                    .toList();
        }
        List<Missing> missing = pending.stream()
                .map(Future::resultNow)
                .flatMap(Optional::stream)
                .toList();
        if (missing.size() == pending.size() && missing.stream().noneMatch(Missing::answered)) {
            throw new DnsUnavailableException(
                    "no authoritative server of " + record.fqdn() + " answers: " + missing.getFirst());
        }
        return missing;
    }

    private Optional<Missing> missing(NameServer server, TxtRecord record) {
        try {
            return missing(server.toString(), new DnsClient(Optional.of(server.address()), false, timeout), record);
        } catch (IOException e) {
            return Optional.of(new Missing(server.toString(), String.valueOf(e.getMessage()), false));
        }
    }

    private static Optional<Missing> missing(String server, DnsClient client, TxtRecord record) throws IOException {
        List<String> values = client.records(record.fqdn(), Type.TXT, TXTRecord.class).stream()
                .map(txt -> String.join("", txt.getStrings()))
                .toList();
        return values.contains(record.value())
                ? Optional.empty()
                : Optional.of(new Missing(
                        server, values.isEmpty() ? "no TXT record" : values.size() + " other TXT value(s)", true));
    }
}
