package dev.perennial.acme;

import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What was seen of an issuer, unjudged.
 *
 * @param termsAgreed whether the operator has said so
 */
public record Inspection(URI directory, Front front, boolean termsAgreed, Binding binding, Account account) {
    /** How far a request for the directory came. */
    public sealed interface Front {
        /** @param why no connection comes about */
        record Unreachable(String why) implements Front {}

        /** @param why TLS was refused: nothing was sent */
        record Untrusted(String why) implements Front {}

        /**
         * @param took from the request to the last byte of the answer
         * @param date of the answer's Date header, where it has one that can be read
         * @param received when it came, by our clock
         * @param chain subjects of the certificates that were shown, the server's first
         * @param resources empty where the answer is no directory
         */
        record Answered(
                int status,
                Duration took,
                Optional<Instant> date,
                Instant received,
                List<String> chain,
                Optional<Resources> resources)
                implements Front {
            public Answered {
                chain = List.copyOf(chain);
            }
        }
    }

    /**
     * The directory (RFC 8555 section 7.1.1).
     *
     * @param urls by resource
     * @param outside those of them that lead out of the directory's origin
     */
    public record Resources(
            Map<String, String> urls,
            List<String> outside,
            Optional<String> terms,
            List<String> caaIdentities,
            boolean externalAccountRequired,
            List<String> profiles) {
        public Resources {
            urls = Map.copyOf(urls);
            outside = List.copyOf(outside);
            caaIdentities = List.copyOf(caaIdentities);
            profiles = List.copyOf(profiles);
        }
    }

    /**
     * The external account binding (RFC 8555 section 7.3.4) as configured.
     *
     * @param expected of this CA, by its preset
     * @param path in Vault, where one is configured
     * @param complaint why what is there cannot be used
     */
    public record Binding(boolean expected, Optional<String> path, Optional<String> complaint) {}

    /** Our account there. */
    public sealed interface Account {
        /** The CA answered its URL; the status is its word. */
        record Known(URI location, String status) implements Account {}

        /**
         * The next order registers one.
         *
         * @param why there is none
         */
        record Absent(String why) implements Account {}

        /** @param why it is of no use: deactivated here, or refused by the CA */
        record Refused(String why) implements Account {}

        /** @param why the CA could not be asked */
        record Unknown(String why) implements Account {}

        /** @param why Vault, which has its key, does not answer */
        record Locked(String why) implements Account {}
    }
}
