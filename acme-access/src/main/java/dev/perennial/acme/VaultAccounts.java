package dev.perennial.acme;

import dev.perennial.vault.SecretStore;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.InstantSource;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;

/** The accounts whose keys are in Vault, each read once. */
@ApplicationScoped
class VaultAccounts implements AcmeAccounts {
    private final IssuersConfig config;
    private final Registrar registrar;
    private final InstantSource clock;
    private final Map<String, Slot> slots = new ConcurrentHashMap<>();

    @Inject
    VaultAccounts(IssuersConfig config, SecretStore store) {
        this(config, store, InstantSource.system());
    }

    VaultAccounts(IssuersConfig config, SecretStore store, InstantSource clock) {
        this.config = config;
        this.registrar = new Registrar(store);
        this.clock = clock;
    }

    @Override
    public Set<String> issuers() {
        return Set.copyOf(config.issuers().keySet());
    }

    @Override
    public AcmeAccount of(String issuer, Registration registration) {
        IssuersConfig.Issuer known = config.issuers().get(issuer);
        if (known == null) {
            throw new IllegalArgumentException("the issuer '" + issuer + "' is not configured; configured: "
                    + config.issuers().keySet());
        }
        return slots.computeIfAbsent(issuer, name -> new Slot(new Issuer(name, known, clock)))
                .account(registration);
    }

    /** The lock makes concurrent first calls one; it is held while Vault and the CA answer, so no map's lock will do. */
    private final class Slot {
        private final ReentrantLock lock = new ReentrantLock();
        private final Issuer issuer;
        private volatile AcmeAccount account;

        Slot(Issuer issuer) {
            this.issuer = issuer;
        }

        AcmeAccount account(Registration registration) {
            AcmeAccount found = account;
            if (found != null) {
                return found;
            }
            lock.lock();
            try {
                if (account == null) {
                    account = registrar.account(issuer, registration);
                }
                return account;
            } finally {
                lock.unlock();
            }
        }
    }
}
