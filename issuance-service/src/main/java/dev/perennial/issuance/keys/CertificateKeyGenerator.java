package dev.perennial.issuance.keys;

import dev.perennial.events.KeyType;
import dev.perennial.platform.telemetry.Spans;
import io.opentelemetry.api.trace.SpanKind;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import java.security.GeneralSecurityException;
import java.security.KeyPairGenerator;
import java.security.spec.ECGenParameterSpec;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * Generates key pairs on as many platform threads as there are processors. Generation is CPU-bound (an RSA key of 4096
 * bits takes seconds); on hundreds of virtual threads it would delay the I/O of all orders.
 */
@ApplicationScoped
public class CertificateKeyGenerator {
    private final ExecutorService processors = Executors.newFixedThreadPool(
            Runtime.getRuntime().availableProcessors(),
            Thread.ofPlatform().name("keys-", 0).daemon().factory());

    /** Blocks until the key pair is generated. */
    public CertificateKey generate(KeyType type) {
        return Spans.inSpan("generate key", SpanKind.INTERNAL, Map.of("perennial.key.type", type.name()), () -> {
            try {
                return processors.submit(() -> generatePair(type)).get();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException("interrupted while generating a key", e);
            } catch (ExecutionException e) {
                throw new IllegalStateException("a key of type " + type + " could not be generated", e.getCause());
            }
        });
    }

    private static CertificateKey generatePair(KeyType type) throws GeneralSecurityException {
        return switch (type) {
            case EC_P256 -> ec("secp256r1");
            case EC_P384 -> ec("secp384r1");
            case RSA_2048 -> rsa(2048);
            case RSA_3072 -> rsa(3072);
            case RSA_4096 -> rsa(4096);
        };
    }

    private static CertificateKey ec(String curve) throws GeneralSecurityException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(new ECGenParameterSpec(curve));
        return new CertificateKey(generator.generateKeyPair());
    }

    private static CertificateKey rsa(int bits) throws GeneralSecurityException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
        generator.initialize(bits);
        return new CertificateKey(generator.generateKeyPair());
    }

    @PreDestroy
    public void stop() {
        processors.shutdownNow();
    }
}
