package dev.perennial.platform.crypto;

import dev.perennial.events.CloudEvent;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.PublicKey;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jose4j.base64url.Base64Url;
import org.jose4j.jws.JsonWebSignature;
import org.jose4j.lang.JoseException;

/**
 * The signature of an event by its writer, in the header {@code ce_signature}: a JWS with detached content (RFC 7515 appendix
 * F), ES256, whose {@code kid} is the thumbprint of the key (RFC 7638). The content is the topic, the attributes that identify
 * the event and its initiator, and the bytes of the value, so that a record cannot be changed or moved. Trace context is not signed.
 */
public final class EventSignature implements WriterSignature {
    private static final List<String> ATTRIBUTES = List.of(
            CloudEvent.TYPE,
            CloudEvent.SOURCE,
            CloudEvent.ID,
            CloudEvent.TIME,
            CloudEvent.SUBJECT,
            CloudEvent.AUTH_TYPE,
            CloudEvent.AUTH_ID);

    /** Ours are about 200 characters. */
    private static final int MAX_LENGTH = 1_000;

    private final Optional<JsonWebSignature> jws;
    private final byte[] content;

    private EventSignature(Optional<JsonWebSignature> jws, byte[] content) {
        this.jws = jws;
        this.content = content;
    }

    /**
     * Reads the signature of a record. A malformed one counts as absent.
     *
     * @param headers of the record, names in lower case
     * @param value null for a tombstone
     */
    public static EventSignature of(String topic, Map<String, String> headers, byte[] value) {
        return new EventSignature(
                Optional.ofNullable(headers.get(CloudEvent.SIGNATURE)).flatMap(EventSignature::parse),
                content(topic, headers, value));
    }

    private static Optional<JsonWebSignature> parse(String text) {
        return JwsText.parse(text, MAX_LENGTH, Optional.empty())
                .filter(it -> it.getEncodedPayload().isEmpty());
    }

    @Override
    public Optional<String> keyId() {
        return jws.map(JsonWebSignature::getKeyIdHeaderValue);
    }

    @Override
    public boolean isValidFor(VerificationKey key) {
        return jws.filter(it -> verify(it, key.publicKey())).isPresent();
    }

    private boolean verify(JsonWebSignature signature, PublicKey key) {
        try {
            signature.setKey(key);
            signature.setEncodedPayload(Base64Url.encode(content));
            return signature.verifySignature();
        } catch (JoseException | RuntimeException e) {
            // For example another algorithm, or a point that is not on the curve.
            return false;
        }
    }

    /** The signature of a record, for its header. */
    static String sign(SigningKey key, String topic, Map<String, String> headers, byte[] value) {
        try {
            JsonWebSignature jws = JwsText.unsigned(key);
            jws.setPayloadBytes(content(topic, headers, value));
            return jws.getDetachedContentCompactSerialization();
        } catch (JoseException e) {
            throw new IllegalStateException("an event cannot be signed", e);
        }
    }

    /** Each part is preceded by its length, so that no text can continue in the next part. */
    private static byte[] content(String topic, Map<String, String> headers, byte[] value) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            write(out, topic.getBytes(StandardCharsets.UTF_8));
            for (String attribute : ATTRIBUTES) {
                write(out, headers.getOrDefault(attribute, "").getBytes(StandardCharsets.UTF_8));
            }
            if (value == null) {
                // A tombstone; no record has a value of this length.
                out.writeInt(-1);
            } else {
                write(out, value);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    private static void write(DataOutputStream out, byte[] part) throws IOException {
        out.writeInt(part.length);
        out.write(part);
    }
}
