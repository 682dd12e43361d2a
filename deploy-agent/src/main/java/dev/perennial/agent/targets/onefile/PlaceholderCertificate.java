package dev.perennial.agent.targets.onefile;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Base64;
import java.util.HexFormat;
import javax.security.auth.x500.X500Principal;

/**
 * A self-signed certificate (RFC 5280) with which a server can start before it has a certificate. No client trusts it,
 * and it is never reported as deployed.
 */
record PlaceholderCertificate(String certificate, String privateKey) {
    private static final String NAME = "perennial placeholder";
    private static final String DNS_NAME = "placeholder.invalid";
    private static final Duration VALIDITY = Duration.ofDays(30);
    private static final int SERIAL_BYTES = 16;

    private static final int INTEGER = 0x02;
    private static final int BIT_STRING = 0x03;
    private static final int OCTET_STRING = 0x04;
    private static final int UTF8_STRING = 0x0c;
    private static final int UTC_TIME = 0x17;
    private static final int SEQUENCE = 0x30;
    private static final int SET = 0x31;
    private static final int VERSION = 0xa0;
    private static final int EXTENSIONS = 0xa3;
    private static final int GENERAL_NAME_DNS = 0x82;
    private static final byte[] ECDSA_WITH_SHA256 = HexFormat.of().parseHex("300a06082a8648ce3d040302");
    private static final byte[] COMMON_NAME = HexFormat.of().parseHex("0603550403");
    private static final byte[] SUBJECT_ALTERNATIVE_NAME = HexFormat.of().parseHex("0603551d11");
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyMMddHHmmss'Z'").withZone(ZoneOffset.UTC);

    /** Both in PEM. */
    static PlaceholderCertificate create(Instant now) {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec("secp256r1"));
            KeyPair key = generator.generateKeyPair();
            byte[] tbs = tbsCertificate(key, now);
            Signature signer = Signature.getInstance("SHA256withECDSA");
            signer.initSign(key.getPrivate());
            signer.update(tbs);
            byte[] der = der(SEQUENCE, tbs, ECDSA_WITH_SHA256, der(BIT_STRING, new byte[] {0}, signer.sign()));
            CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(der));
            return new PlaceholderCertificate(
                    pem("CERTIFICATE", der), pem("PRIVATE KEY", key.getPrivate().getEncoded()));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("the JDK cannot create a placeholder certificate", e);
        }
    }

    static boolean is(X509Certificate certificate) {
        return certificate.getSubjectX500Principal().equals(new X500Principal("CN=" + NAME))
                && certificate.getIssuerX500Principal().equals(certificate.getSubjectX500Principal());
    }

    /** RFC 5280 section 4.1. */
    private static byte[] tbsCertificate(KeyPair key, Instant now) {
        byte[] serial = new byte[SERIAL_BYTES];
        new SecureRandom().nextBytes(serial);
        // Positive and without leading zeros.
        serial[0] = (byte) (serial[0] & 0x3f | 0x40);
        byte[] name = der(
                SEQUENCE,
                der(SET, der(SEQUENCE, COMMON_NAME, der(UTF8_STRING, NAME.getBytes(StandardCharsets.US_ASCII)))));
        byte[] names = der(SEQUENCE, der(GENERAL_NAME_DNS, DNS_NAME.getBytes(StandardCharsets.US_ASCII)));
        return der(
                SEQUENCE,
                der(VERSION, der(INTEGER, new byte[] {2})),
                der(INTEGER, serial),
                ECDSA_WITH_SHA256,
                name,
                der(SEQUENCE, time(now), time(now.plus(VALIDITY))),
                name,
                key.getPublic().getEncoded(),
                der(EXTENSIONS, der(SEQUENCE, der(SEQUENCE, SUBJECT_ALTERNATIVE_NAME, der(OCTET_STRING, names)))));
    }

    private static byte[] time(Instant instant) {
        return der(UTC_TIME, TIME.format(instant).getBytes(StandardCharsets.US_ASCII));
    }

    /** A value in DER, with its tag and its length. */
    private static byte[] der(int tag, byte[]... parts) {
        ByteArrayOutputStream content = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            content.writeBytes(part);
        }
        ByteArrayOutputStream value = new ByteArrayOutputStream();
        value.write(tag);
        int length = content.size();
        if (length < 0x80) {
            value.write(length);
        } else if (length < 0x100) {
            value.writeBytes(new byte[] {(byte) 0x81, (byte) length});
        } else {
            value.writeBytes(new byte[] {(byte) 0x82, (byte) (length >> 8), (byte) length});
        }
        value.writeBytes(content.toByteArray());
        return value.toByteArray();
    }

    private static String pem(String label, byte[] der) {
        return "-----BEGIN " + label + "-----\n"
                + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der) + "\n-----END " + label + "-----\n";
    }
}
