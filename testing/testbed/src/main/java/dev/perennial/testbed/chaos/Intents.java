package dev.perennial.testbed.chaos;

import dev.perennial.testbed.chaos.Intent.Door;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;

/** The certificates of a run, evenly over its time, of every kind in turn. Pure. */
final class Intents {
    /** Below it, and of nothing else, control is proven by dns-01. */
    static final String BY_DNS = "dns.demo.test";
    /** Below it, and of nothing else, by tls-alpn-01. */
    static final String BY_TLS = "alpn.demo.test";
    /** Of all other names below it, by http-01. */
    static final String BY_HTTP = "demo.test";

    private Intents() {}

    static List<Intent> of(int count, Duration over) {
        return IntStream.range(0, count)
                .mapToObj(i -> intent(i, over.multipliedBy(i).dividedBy(count)))
                .toList();
    }

    private static Intent intent(int number, Duration at) {
        String name = "chaos-%03d".formatted(number);
        List<String> names =
                switch (number % 4) {
                    case 0 -> List.of(name + "." + BY_HTTP);
                    case 1 -> List.of(name + "." + BY_DNS, "*." + name + "." + BY_DNS);
                    case 2 -> List.of(name + "." + BY_TLS);
                    default -> List.of(name + "." + BY_HTTP, "www." + name + "." + BY_HTTP);
                };
        // Five kinds of turns against four, so that each kind comes by each door.
        return new Intent(name, names, at, number % 5 < 3 ? Door.EVENT : Door.REST);
    }
}
