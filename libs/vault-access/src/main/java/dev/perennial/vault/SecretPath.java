package dev.perennial.vault;

import dev.perennial.events.CertificateId;
import dev.perennial.events.OrderId;
import java.util.regex.Pattern;

/** The paths of secrets below the KV mount. The policy files of this module define the access to them. */
public record SecretPath(String value) {
    /** A folder beside a host's copies; not a valid certificate id. */
    public static final String REHEARSALS = "rehearsals";

    private static final Pattern SEGMENTS = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]*(/[A-Za-z0-9][A-Za-z0-9._-]*)*");

    /**
     * @throws IllegalArgumentException if a segment allows path traversal or injection ({@code ..}, empty, other
     *     characters)
     */
    public SecretPath {
        if (!SEGMENTS.matcher(value).matches()) {
            throw new IllegalArgumentException("not a secret path: '" + value + "'");
        }
    }

    /**
     * The ACME account of an issuer: {@code privateKey} (PKCS#8 PEM), {@code location} (account URL) once registered.
     */
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

    /** The bundle of a rehearsal until its end; separate from certificates, so that the two cannot be confused. */
    public static SecretPath rehearsal(OrderId order) {
        return new SecretPath("rehearsals/" + order);
    }

    /** The copy of a rehearsal's bundle that one host may read for a dry run. */
    public static SecretPath rehearsalCopy(String host, OrderId order) {
        return new SecretPath("hosts/" + host + "/" + REHEARSALS + "/" + order);
    }

    /** The rehearsals of which one host has a copy. */
    public static SecretPath rehearsalFolder(String host) {
        return new SecretPath("hosts/" + host + "/" + REHEARSALS);
    }

    /** The private keys with which a service signs its events. */
    public static SecretPath signingKeys(String service) {
        return new SecretPath("signing/" + service);
    }

    /** The public keys of a service, which every reader of its events needs. */
    public static SecretPath signers(String service) {
        return new SecretPath("signers/" + service);
    }

    /** The credentials of a DNS provider; its type defines the fields. */
    public static SecretPath dnsProvider(String name) {
        return new SecretPath("dns/" + name);
    }

    @Override
    public String toString() {
        return value;
    }
}
