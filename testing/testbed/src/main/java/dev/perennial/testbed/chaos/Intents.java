package dev.perennial.testbed.chaos;

import dev.perennial.testbed.chaos.Intent.Channel;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;

/** The certificates of a run, spread evenly over its time; the kinds alternate. Pure. */
final class Intents {
    /** Names below this domain, and only these, are validated by dns-01. */
    static final String DNS_DOMAIN = "dns.demo.test";
    /** Names below this domain, and only these, are validated by tls-alpn-01. */
    static final String TLS_ALPN_DOMAIN = "alpn.demo.test";
    /** All other names below this domain are validated by http-01. */
    static final String HTTP_DOMAIN = "demo.test";

    private Intents() {}

    /** @param length several replicas, as in long outages, do not validate by tls-alpn-01 in the testbed */
    static List<Intent> of(int count, Duration over, OutageLength length) {
        return IntStream.range(0, count)
                .mapToObj(i -> intent(i, over.multipliedBy(i).dividedBy(count), length))
                .toList();
    }

    private static Intent intent(int number, Duration at, OutageLength length) {
        String name = "chaos-%03d".formatted(number);
        List<String> names =
                switch (number % 4) {
                    case 0 -> List.of(name + "." + HTTP_DOMAIN);
                    case 1 -> List.of(name + "." + DNS_DOMAIN, "*." + name + "." + DNS_DOMAIN);
                    case 2 -> List.of(name + "." + (length == OutageLength.SHORT ? TLS_ALPN_DOMAIN : HTTP_DOMAIN));
                    default -> List.of(name + "." + HTTP_DOMAIN, "www." + name + "." + HTTP_DOMAIN);
                };
        // The channels alternate every five certificates, the kinds every four: each kind uses each channel.
        return new Intent(name, names, at, number % 5 < 3 ? Channel.EVENT : Channel.REST);
    }
}
