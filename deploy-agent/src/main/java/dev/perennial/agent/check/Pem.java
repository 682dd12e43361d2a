package dev.perennial.agent.check;

import java.io.ByteArrayInputStream;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Strict parser of textual encodings (RFC 7468): complete blocks of the expected label, and no text between or after
 * them.
 */
public final class Pem {
    private static final Pattern BLOCK =
            Pattern.compile("-----BEGIN ([A-Z0-9 ]{1,40})-----\\R([A-Za-z0-9+/=\\s]+?)-----END \\1-----");
    private static final int MAX_CHARS = 128 * 1024;

    private Pem() {}

    /** @throws IllegalArgumentException with the reason, without any of the text */
    public static List<X509Certificate> certificates(String text) {
        List<X509Certificate> certificates = new ArrayList<>();
        for (byte[] der : blocks(text, "CERTIFICATE", "the chain")) {
            try {
                var certificate = (X509Certificate)
                        CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(der));
                if (certificate.getEncoded().length != der.length) {
                    throw new IllegalArgumentException("a certificate of the chain has bytes after its end");
                }
                certificates.add(certificate);
            } catch (CertificateException e) {
                throw new IllegalArgumentException("a certificate of the chain cannot be parsed", e);
            }
        }
        return certificates;
    }

    /**
     * The first certificate of a file that was written by hand, with any text around its blocks.
     *
     * @throws IllegalArgumentException if there is none
     */
    public static X509Certificate firstCertificate(String text) {
        Matcher matcher = BLOCK.matcher(text);
        while (matcher.find()) {
            if (matcher.group(1).equals("CERTIFICATE")) {
                return certificates(matcher.group()).getFirst();
            }
        }
        throw new IllegalArgumentException("the file has no certificate");
    }

    /**
     * @param algorithm of the public key to which the private key must belong
     * @throws IllegalArgumentException with the reason, without any of the text
     */
    public static PrivateKey privateKey(String text, String algorithm) {
        List<byte[]> blocks = blocks(text, "PRIVATE KEY", "the private key");
        if (blocks.size() != 1) {
            throw new IllegalArgumentException("there is more than one private key");
        }
        try {
            return KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(blocks.getFirst()));
        } catch (GeneralSecurityException e) {
            // Omits the cause, because the message of a parser may quote the key.
            throw new IllegalArgumentException("the private key is not a PKCS#8 key of type " + algorithm);
        }
    }

    private static List<byte[]> blocks(String text, String label, String subject) {
        if (text.length() > MAX_CHARS) {
            throw new IllegalArgumentException(subject + " is larger than " + MAX_CHARS + " characters");
        }
        List<byte[]> blocks = new ArrayList<>();
        Matcher matcher = BLOCK.matcher(text);
        int end = 0;
        while (matcher.find()) {
            if (!text.substring(end, matcher.start()).isBlank()) {
                throw new IllegalArgumentException(subject + " has text before or between its PEM blocks");
            }
            if (!label.equals(matcher.group(1))) {
                throw new IllegalArgumentException(subject + " has a block that is not a '" + label + "'");
            }
            blocks.add(decode(matcher.group(2), subject));
            end = matcher.end();
        }
        if (blocks.isEmpty()) {
            throw new IllegalArgumentException(subject + " has no PEM block");
        }
        if (!text.substring(end).isBlank()) {
            throw new IllegalArgumentException(subject + " has text after its last PEM block");
        }
        return blocks;
    }

    private static byte[] decode(String base64, String subject) {
        try {
            return Base64.getMimeDecoder().decode(base64);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(subject + " has a block that is not Base64");
        }
    }
}
