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
 * Makes key pairs. That is work for a processor (an RSA key of 4096 bits takes seconds), so it happens on as many platform threads
 * as there are processors; hundreds of virtual threads that did it themselves would hold up everybody's I/O.
 */
@ApplicationScoped
public class CertificateKeyGenerator {
    private final ExecutorService processors = Executors.newFixedThreadPool(
            Runtime.getRuntime().availableProcessors(),
            Thread.ofPlatform().name("keys-", 0).daemon().factory());

    /** Blocks until there is a new pair. */
    public CertificateKey make(KeyType type) {
        return Spans.inSpan("generate key", SpanKind.INTERNAL, Map.of("perennial.key.type", type.name()), () -> {
            try {
                return processors.submit(() -> generate(type)).get();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException("interrupted while a key was made", e);
            } catch (ExecutionException e) {
                throw new IllegalStateException("a key of type " + type + " could not be made", e.getCause());
            }
        });
    }

    private static CertificateKey generate(KeyType type) throws GeneralSecurityException {
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
