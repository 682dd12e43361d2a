package dev.perennial.acme;

import dev.perennial.events.AcmeOrder;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.util.List;
import org.shredzone.acme4j.exception.AcmeProtocolException;

/**
 * The sizes of values from a CA. They are checked before a value is stored or published: a row or an event with a
 * larger one could not be read by every service. A larger value counts as a violation of RFC 8555, which names none.
 */
final class ResponseLimits {
    /** Bytes; no CA is known to use more than 200. */
    static final int URL = 2_048;
    /** Bytes of all URLs of an order, which are part of one event. */
    static final int ORDER = 128 * 1024;
    /** Authorizations of an order: as many as a request may have identifiers. */
    static final int AUTHORIZATIONS = 100;
    /** Certificates of a chain. */
    static final int CERTIFICATES = 10;
    /** DER bytes of a chain, which fits as PEM into one event. */
    static final int CHAIN = 96 * 1024;
    /** Bits of a serial number: 20 octets (RFC 5280 section 4.1.2.2). */
    static final int SERIAL = 160;
    /** Further chains of a certificate that are requested. */
    static final int ALTERNATES = 5;
    /** Characters of the type of a problem, or of an identifier in it. */
    static final int PROBLEM_NAME = 256;
    /** Characters of the detail of a problem. */
    static final int PROBLEM_DETAIL = 1_500;

    private ResponseLimits() {}

    /** @param field for the message */
    static URI url(URI url, String field) {
        int length = length(url);
        if (length > URL) {
            throw new AcmeProtocolException(
                    "the URL in '" + field + "' has " + length + " bytes; at most " + URL + " are accepted");
        }
        return url;
    }

    static AcmeOrder order(AcmeOrder order) {
        int bytes = length(order.url())
                + length(order.finalizeUrl())
                + order.authorizationUrls().stream()
                        .mapToInt(ResponseLimits::length)
                        .sum();
        if (bytes > ORDER) {
            throw new AcmeProtocolException(
                    "the URLs of the order have " + bytes + " bytes; at most " + ORDER + " are accepted");
        }
        return order;
    }

    private static int length(URI url) {
        return url.toString().getBytes(StandardCharsets.UTF_8).length;
    }

    static List<X509Certificate> chain(List<X509Certificate> chain) {
        if (chain.isEmpty() || chain.size() > CERTIFICATES) {
            throw new AcmeProtocolException(
                    "the chain has " + chain.size() + " certificates; 1 to " + CERTIFICATES + " are accepted");
        }
        int bytes = 0;
        for (X509Certificate certificate : chain) {
            int bits = certificate.getSerialNumber().bitLength();
            if (bits > SERIAL) {
                throw new AcmeProtocolException("the serial number of a certificate of the chain has " + bits
                        + " bits; at most " + SERIAL + " are accepted");
            }
            bytes += encoded(certificate).length;
        }
        if (bytes > CHAIN) {
            throw new AcmeProtocolException(
                    "the certificates of the chain have " + bytes + " bytes; at most " + CHAIN + " are accepted");
        }
        return chain;
    }

    /** Keeps the beginning and the end, because a link to the next step is usually the last part of a detail. */
    static String detail(String text) {
        if (text.length() <= PROBLEM_DETAIL) {
            return text;
        }
        int half = (PROBLEM_DETAIL - 5) / 2;
        return text.substring(0, half) + " ... " + text.substring(text.length() - half);
    }

    static String problemName(String text) {
        return text.length() <= PROBLEM_NAME ? text : text.substring(0, PROBLEM_NAME) + "...";
    }

    private static byte[] encoded(X509Certificate certificate) {
        try {
            return certificate.getEncoded();
        } catch (CertificateEncodingException e) {
            throw new AcmeProtocolException("a certificate of the chain has no DER encoding", e);
        }
    }
}
