package dev.perennial.platform.crypto;

import static org.assertj.core.api.Assertions.assertThat;

import dev.perennial.events.CloudEvent;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import org.jose4j.jws.AlgorithmIdentifiers;
import org.jose4j.jws.JsonWebSignature;
import org.jose4j.keys.HmacKey;
import org.jose4j.lang.JoseException;
import org.junit.jupiter.api.Test;

class EventSignatureTest {
    private static final String TOPIC = "certificate.deployments";
    private static final byte[] VALUE = "{\"host\":\"web-1\"}".getBytes(StandardCharsets.UTF_8);

    private final SigningKey key = SigningKey.generate();
    private final Map<String, String> headers = headers();

    private static Map<String, String> headers() {
        return new HashMap<>(Map.of(
                CloudEvent.TYPE, "certificate.deployed",
                CloudEvent.SOURCE, "/perennial/deploy-agent/web-1",
                CloudEvent.ID, "01a2",
                CloudEvent.TIME, "2026-12-01T12:00:00Z",
                CloudEvent.SUBJECT, "01a1",
                CloudEvent.AUTH_TYPE, "api_key",
                CloudEvent.AUTH_ID, "token:ci-shop"));
    }

    @Test
    void verifiesASignedRecord() {
        headers.put(CloudEvent.SIGNATURE, key.sign(TOPIC, headers, VALUE));
        headers.put("traceparent", "is not signed");
        EventSignature signature = EventSignature.of(TOPIC, headers, VALUE);

        assertThat(signature.keyId()).contains(key.id());
        assertThat(signature.isValidFor(key.verificationKey())).isTrue();
        assertThat(signature.isValidFor(SigningKey.generate().verificationKey()))
                .isFalse();
    }

    @Test
    void refusesEveryChangeOfARecord() {
        String signed = key.sign(TOPIC, headers, VALUE);
        for (String attribute : headers().keySet()) {
            Map<String, String> changed = headers();
            changed.put(CloudEvent.SIGNATURE, signed);
            changed.put(attribute, headers.get(attribute) + "x");
            assertThat(isValid(TOPIC, changed, VALUE)).as(attribute).isFalse();
            changed.remove(attribute);
            assertThat(isValid(TOPIC, changed, VALUE))
                    .as("without " + attribute)
                    .isFalse();
        }
        headers.put(CloudEvent.SIGNATURE, signed);
        assertThat(isValid("certificate.issuances", headers, VALUE)).isFalse();
        assertThat(isValid(TOPIC, headers, "{\"host\":\"web-2\"}".getBytes(StandardCharsets.UTF_8)))
                .isFalse();
        assertThat(isValid(TOPIC, headers, null)).isFalse();
        assertThat(isValid(TOPIC, headers, VALUE)).isTrue();
    }

    /** Otherwise the end of one attribute could become the beginning of the next one. */
    @Test
    void refusesTextThatIsMovedBetweenAttributes() {
        headers.put(CloudEvent.SIGNATURE, key.sign(TOPIC, headers, VALUE));
        headers.put(CloudEvent.ID, "01");
        headers.put(CloudEvent.TIME, "a22026-12-01T12:00:00Z");

        assertThat(isValid(TOPIC, headers, VALUE)).isFalse();
    }

    @Test
    void refusesOtherAlgorithms() throws JoseException {
        String signed = key.sign(TOPIC, headers, VALUE);
        String header = signed.substring(0, signed.indexOf('.'));

        headers.put(
                CloudEvent.SIGNATURE,
                signed.replace(header, base64("{\"alg\":\"none\",\"kid\":\"" + key.id() + "\"}"))
                        .replaceAll("\\.\\..*", ".."));
        assertThat(isValid(TOPIC, headers, VALUE)).as("none").isFalse();

        JsonWebSignature hmac = new JsonWebSignature();
        hmac.setAlgorithmHeaderValue(AlgorithmIdentifiers.HMAC_SHA256);
        hmac.setKeyIdHeaderValue(key.id());
        hmac.setKey(new HmacKey(key.verificationKey().publicKey().getEncoded()));
        hmac.setPayloadBytes(VALUE);
        headers.put(CloudEvent.SIGNATURE, hmac.getDetachedContentCompactSerialization());
        assertThat(isValid(TOPIC, headers, VALUE))
                .as("HMAC with the public key")
                .isFalse();
    }

    @Test
    void countsAMalformedSignatureAsAbsent() {
        String signed = key.sign(TOPIC, headers, VALUE);
        for (String malformed : new String[] {
            "",
            ".",
            "..",
            "...",
            "a..b",
            "x".repeat(1_001),
            signed + "." + signed,
            signed.replace("..", "." + base64("{}") + ".")
        }) {
            headers.put(CloudEvent.SIGNATURE, malformed);
            EventSignature signature = EventSignature.of(TOPIC, headers, VALUE);
            assertThat(signature.keyId()).as(malformed).isEmpty();
            assertThat(signature.isValidFor(key.verificationKey()))
                    .as(malformed)
                    .isFalse();
        }
    }

    @Test
    void hasNoKeyWithoutASignature() {
        assertThat(EventSignature.of(TOPIC, headers, VALUE).keyId()).isEmpty();
    }

    private boolean isValid(String topic, Map<String, String> changed, byte[] value) {
        return EventSignature.of(topic, changed, value).isValidFor(key.verificationKey());
    }

    private static String base64(String text) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }
}
