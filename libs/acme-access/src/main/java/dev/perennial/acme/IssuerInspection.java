package dev.perennial.acme;

import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The observed state of an issuer, without an assessment.
 *
 * @param termsAgreed whether the operator has agreed to the terms of service
 */
public record IssuerInspection(
        URI directory, DirectoryResponse response, boolean termsAgreed, Binding binding, Account account) {
    /** The outcome of a request for the directory. */
    public sealed interface DirectoryResponse {
        /** @param reason the cause of the failed connection */
        record Unreachable(String reason) implements DirectoryResponse {}

        /** @param reason the cause of the failed TLS handshake; no request was sent */
        record Untrusted(String reason) implements DirectoryResponse {}

        /**
         * @param duration from the request to the last byte of the response
         * @param date the Date header; empty if it is missing or malformed
         * @param receivedAt by the local clock
         * @param chain subjects of the server's certificates, leaf first
         * @param directory empty if the response is not a directory
         */
        record Answered(
                int status,
                Duration duration,
                Optional<Instant> date,
                Instant receivedAt,
                List<String> chain,
                Optional<Directory> directory)
                implements DirectoryResponse {
            public Answered {
                chain = List.copyOf(chain);
            }
        }
    }

    /**
     * The directory (RFC 8555 section 7.1.1).
     *
     * @param urls by resource name
     * @param outsideOrigin names of the resources whose URL is outside the directory's origin
     */
    public record Directory(
            Map<String, String> urls,
            List<String> outsideOrigin,
            Optional<String> termsOfService,
            List<String> caaIdentities,
            boolean externalAccountRequired,
            List<String> profiles) {
        public Directory {
            urls = Map.copyOf(urls);
            outsideOrigin = List.copyOf(outsideOrigin);
            caaIdentities = List.copyOf(caaIdentities);
            profiles = List.copyOf(profiles);
        }
    }

    /**
     * The external account binding (RFC 8555 section 7.3.4) as configured.
     *
     * @param required whether the CA's preset requires one
     * @param path in Vault, if configured
     * @param error the reason why the credentials at the path are unusable
     */
    public record Binding(boolean required, Optional<String> path, Optional<String> error) {}

    /** The account at the CA. */
    public sealed interface Account {
        /** @param status as sent by the CA (RFC 8555 section 7.1.2) */
        record Registered(URI location, String status) implements Account {}

        /**
         * There is no account; the next order registers one.
         *
         * @param reason the cause of its absence
         */
        record Absent(String reason) implements Account {}

        /** @param reason the account was deactivated here, or the CA refuses it */
        record Refused(String reason) implements Account {}

        /** @param reason the cause of the failed request to the CA */
        record Unknown(String reason) implements Account {}

        /** @param reason the cause of the failed request to Vault, which holds the account key */
        record VaultUnavailable(String reason) implements Account {}
    }
}
