package dev.perennial.vault;

import dev.perennial.events.CertificateId;
import dev.perennial.events.OrderId;
import java.util.regex.Pattern;

/** Where secrets live below the KV mount. The policy files beside this module say who may touch which of them. */
public record SecretPath(String value) {
    /** A folder among a host's copies; no certificate id reads like that. */
    public static final String REHEARSALS = "rehearsals";

    private static final Pattern SEGMENTS = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]*(/[A-Za-z0-9][A-Za-z0-9._-]*)*");

    /** @throws IllegalArgumentException where a segment could climb or inject ({@code ..}, empty, other characters) */
    public SecretPath {
        if (!SEGMENTS.matcher(value).matches()) {
            throw new IllegalArgumentException("not a secret path: '" + value + "'");
        }
    }

    /** The ACME account of an issuer: {@code privateKey} (PKCS#8 PEM), {@code location} (account URL) once registered. */
    public static SecretPath account(String issuer) {
        return new SecretPath("accounts/" + issuer);
    }

    /** The private key of an order in flight, written before finalize. */
    public static SecretPath orderKey(OrderId order) {
        return new SecretPath("orders/" + order);
    }

    /** The issued bundle of a certificate: see {@link Bundle}. */
    public static SecretPath certificate(CertificateId certificate) {
        return new SecretPath("certificates/" + certificate);
    }

    /** The copy of the bundle that one host may read. */
    public static SecretPath hostCopy(String host, CertificateId certificate) {
        return new SecretPath("hosts/" + host + "/" + certificate);
    }

    /** Everything one host may read. */
    public static SecretPath hostFolder(String host) {
        return new SecretPath("hosts/" + host);
    }

    /** The bundle of a rehearsal, for as long as it lasts; no certificate's place, so that it can never be taken for one. */
    public static SecretPath rehearsal(OrderId order) {
        return new SecretPath("rehearsals/" + order);
    }

    /** The copy of a rehearsal's bundle that one host may read, to make a dry run with it. */
    public static SecretPath rehearsalCopy(String host, OrderId order) {
        return new SecretPath("hosts/" + host + "/" + REHEARSALS + "/" + order);
    }

    /** The rehearsals of which one host has a copy. */
    public static SecretPath rehearsalFolder(String host) {
        return new SecretPath("hosts/" + host + "/" + REHEARSALS);
    }

    /** What a DNS provider wants to see before it takes a record; its type says which fields. */
    public static SecretPath dnsProvider(String name) {
        return new SecretPath("dns/" + name);
    }

    @Override
    public String toString() {
        return value;
    }
}
