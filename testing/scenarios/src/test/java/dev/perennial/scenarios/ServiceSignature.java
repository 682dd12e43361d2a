package dev.perennial.scenarios;

import com.fasterxml.jackson.databind.JsonNode;
import dev.perennial.events.CloudEvent;
import dev.perennial.events.EventCodec;
import dev.perennial.events.Topic;
import dev.perennial.testbed.process.Await;
import dev.perennial.testbed.vault.VaultApi;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.MessageDigest;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.interfaces.ECPrivateKey;
import java.security.interfaces.ECPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.ECParameterSpec;
import java.security.spec.ECPrivateKeySpec;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Signs records like a service, with its key in Vault. An implementation of its own, as a program in another language would
 * have it: docs/operating/kafka.md, signed reports.
 */
final class ServiceSignature {
    private static final List<String> ATTRIBUTES = List.of(
            CloudEvent.TYPE,
            CloudEvent.SOURCE,
            CloudEvent.ID,
            CloudEvent.TIME,
            CloudEvent.SUBJECT,
            CloudEvent.AUTH_TYPE,
            CloudEvent.AUTH_ID);

    private ServiceSignature() {}

    /** The private key of a service. Waits until the service has created it. */
    static JsonNode keyOf(VaultApi vault, String service) {
        JsonNode[] ring = new JsonNode[1];
        Await.until("the signing key of " + service, Duration.ofSeconds(30), () -> {
            try {
                ring[0] = FleetClient.json(vault.get("perennial/data/signing/" + service)
                        .at("/data/data/keys")
                        .asText());
                return true;
            } catch (VaultApi.Refused notFound) {
                return false;
            }
        });
        return FleetClient.json(ring[0].at("/keys/0/jwk").asText());
    }

    /** By service. */
    static Map<String, JsonNode> keysOfServices(VaultApi vault) {
        return Arrays.stream(Topic.values())
                .flatMap(topic -> topic.service().stream())
                .distinct()
                .collect(Collectors.toMap(service -> service, service -> keyOf(vault, service)));
    }

    /** A key that no one has published. */
    static JsonNode newKey() {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec("secp256r1"));
            KeyPair pair = generator.generateKeyPair();
            ECPublicKey key = (ECPublicKey) pair.getPublic();
            return EventCodec.mapper()
                    .valueToTree(Map.of(
                            "x", member(key.getW().getAffineX()),
                            "y", member(key.getW().getAffineY()),
                            "d", member(((ECPrivateKey) pair.getPrivate()).getS())));
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    private static String member(BigInteger value) {
        byte[] bytes = value.toByteArray();
        byte[] fixed = new byte[32];
        int length = Math.min(bytes.length, 32);
        System.arraycopy(bytes, bytes.length - length, fixed, 32 - length, length);
        return base64(fixed);
    }

    static String sign(JsonNode jwk, String topic, Map<String, String> headers, byte[] value) {
        try {
            String header = base64(utf8("{\"alg\":\"ES256\",\"kid\":\"" + thumbprint(jwk) + "\"}"));
            Signature signature = Signature.getInstance("SHA256withECDSAinP1363Format");
            signature.initSign(privateKey(jwk));
            signature.update(utf8(header + "." + base64(content(topic, headers, value))));
            return header + ".." + base64(signature.sign());
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    private static byte[] content(String topic, Map<String, String> headers, byte[] value) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            write(out, utf8(topic));
            for (String attribute : ATTRIBUTES) {
                write(out, utf8(headers.getOrDefault(attribute, "")));
            }
            if (value == null) {
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

    private static String thumbprint(JsonNode jwk) throws GeneralSecurityException {
        String members = "{\"crv\":\"P-256\",\"kty\":\"EC\",\"x\":\""
                + jwk.get("x").asText() + "\",\"y\":\"" + jwk.get("y").asText() + "\"}";
        return base64(MessageDigest.getInstance("SHA-256").digest(utf8(members)));
    }

    private static PrivateKey privateKey(JsonNode jwk) throws GeneralSecurityException {
        AlgorithmParameters curve = AlgorithmParameters.getInstance("EC");
        curve.init(new ECGenParameterSpec("secp256r1"));
        BigInteger d =
                new BigInteger(1, Base64.getUrlDecoder().decode(jwk.get("d").asText()));
        return KeyFactory.getInstance("EC")
                .generatePrivate(new ECPrivateKeySpec(d, curve.getParameterSpec(ECParameterSpec.class)));
    }

    private static String base64(byte[] bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
