package dev.perennial.platform.crypto;

import io.quarkus.runtime.StartupEvent;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.interceptor.Interceptor;
import java.security.NoSuchAlgorithmException;
import java.security.Provider;
import java.security.Security;
import org.bouncycastle.jce.provider.BouncyCastleProvider;

/**
 * Uses Bouncy Castle for ECDSA only. The JDK's implementation depends on intrinsics of the C2 compiler. The services
 * run with C1 only (ADR 8), where Bouncy Castle verifies a P-256 signature in a tenth of the time. AES, SHA-2 and the
 * key agreements of TLS stay with the JDK.
 */
@ApplicationScoped
public class EllipticCurves {

    void onStart(@Observes @Priority(Interceptor.Priority.PLATFORM_BEFORE) StartupEvent event) {
        prefer();
    }

    /** Applies to the whole process. Further calls have no effect. */
    public static void prefer() {
        Security.insertProviderAt(new Ecdsa(new BouncyCastleProvider()), 1);
    }

    /**
     * Offers only the ECDSA of another provider. At first position, that provider would also replace faster algorithms
     * of the JDK.
     */
    private static final class Ecdsa extends Provider {
        private static final long serialVersionUID = 1;

        Ecdsa(Provider from) {
            super("PerennialEcdsa", "1", "ECDSA of " + from.getInfo());
            offer(from, "Signature", "SHA256withECDSA");
            offer(from, "Signature", "SHA384withECDSA");
            offer(from, "KeyPairGenerator", "EC");
            offer(from, "KeyFactory", "EC");
        }

        private void offer(Provider from, String type, String algorithm) {
            Service service = from.getService(type, algorithm);
            putService(new Service(this, type, algorithm, service.getClassName(), null, null) {
                @Override
                public Object newInstance(Object parameter) throws NoSuchAlgorithmException {
                    return service.newInstance(parameter);
                }

                @Override
                public boolean supportsParameter(Object parameter) {
                    return service.supportsParameter(parameter);
                }
            });
        }
    }
}
