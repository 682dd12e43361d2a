package dev.perennial.vault;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.event.Startup;
import jakarta.enterprise.inject.Produces;
import java.util.regex.Pattern;
import org.jboss.logging.Logger;

/** Creates the service's {@link SecretStore} at start, so that missing credentials fail the start. */
@ApplicationScoped
class SecretStoreProducer {
    private static final Logger LOG = Logger.getLogger(SecretStoreProducer.class);
    /** An address; a name may begin with the same digits. */
    private static final Pattern LOOPBACK = Pattern.compile("127(\\.\\d{1,3}){3}");

    @Produces
    @ApplicationScoped
    SecretStore store(VaultConfig config) {
        return SecretStores.connect(config);
    }

    void start(@Observes Startup event, SecretStore store, VaultConfig config) {
        // Any method of the proxy creates the bean; this one sends no request.
        LOG.debugf("secrets come from %s, %s", config.address(), store.toString());
        if ("http".equalsIgnoreCase(config.address().getScheme())
                && !isLoopback(config.address().getHost())) {
            LOG.warnf("private keys are sent to %s without TLS; use https", config.address());
        }
    }

    private static boolean isLoopback(String host) {
        return host.equals("localhost")
                || host.equals("[::1]")
                || LOOPBACK.matcher(host).matches();
    }
}
