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
 * Lets Bouncy Castle do ECDSA, and nothing else. The JDK's own arithmetic counts on the optimizing compiler's intrinsics;
 * our services run with the quick compiler only (ADR 8), where Bouncy Castle verifies a P-256 signature in a tenth of the
 * time. AES, SHA-2 and the key agreements of TLS stay with the JDK.
 */
@ApplicationScoped
public class EllipticCurves {

    void onStart(@Observes @Priority(Interceptor.Priority.PLATFORM_BEFORE) StartupEvent event) {
        prefer();
    }

    /** For the whole process. May be called again; it changes nothing then. */
    public static void prefer() {
        Security.insertProviderAt(new Ecdsa(new BouncyCastleProvider()), 1);
    }

    /** A few services of another provider: that one, put first as a whole, would also take over what it is slower at. */
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
