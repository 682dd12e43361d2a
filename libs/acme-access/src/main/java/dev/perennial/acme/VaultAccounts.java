package dev.perennial.acme;

import dev.perennial.events.ErrorCode;
import dev.perennial.events.IssuerSettings;
import dev.perennial.events.Problem;
import dev.perennial.events.RetryLater;
import dev.perennial.vault.SecretStore;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;

/** The accounts whose keys are in Vault, each read once. */
@ApplicationScoped
class VaultAccounts implements AcmeAccounts, AccountChanges, RenewalInfoSource {
    private final Issuers issuers;
    private final AccountRegistration registrar;
    private final InstantSource clock;
    private final Map<String, Slot> slots = new ConcurrentHashMap<>();

    @Inject
    VaultAccounts(Issuers issuers, SecretStore store) {
        this(issuers, store, InstantSource.system());
    }

    VaultAccounts(Issuers issuers, SecretStore store, InstantSource clock) {
        this.issuers = issuers;
        this.registrar = new AccountRegistration(store);
        this.clock = clock;
    }

    @Override
    public AcmeAccount of(String issuer, Registration registration) {
        Slot slot = slot(issuer);
        slot.account(registration);
        return new RecoveringAccount(slot, registration);
    }

    @Override
    public void rollOver(String issuer) {
        slot(issuer).rollOver();
    }

    @Override
    public void deactivate(String issuer) {
        slot(issuer).deactivate();
    }

    @Override
    public RenewalInfo about(String issuer, String renewalId) {
        return new RenewalInfoClient(slot(issuer).issuer).ask(renewalId);
    }

    /** One that changed is reached anew; what is under way with the old one ends with it. */
    private Slot slot(String name) {
        Optional<IssuerSettings> known = issuers.find(name);
        if (known.isEmpty()) {
            slots.remove(name);
            throw new RetryLater(Problem.of(
                    ErrorCode.ISSUER_NOT_READY,
                    "the issuer '" + name + "' is not known here (yet); known: " + new TreeSet<>(issuers.names())));
        }
        return slots.compute(
                name,
                (any, slot) -> slot != null && slot.issuer.settings().equals(known.get())
                        ? slot
                        : new Slot(new Issuer(known.get(), clock)));
    }

    /** The lock makes concurrent first calls one; it is held while Vault and the CA answer, so no map's lock will do. */
    private final class Slot implements RecoveringAccount.Source {
        private final ReentrantLock lock = new ReentrantLock();
        private final Issuer issuer;
        private volatile SignedAccount account;
        private Optional<String> forgotten = Optional.empty();

        Slot(Issuer issuer) {
            this.issuer = issuer;
        }

        @Override
        public SignedAccount account(Registration registration) {
            SignedAccount found = account;
            if (found != null) {
                return found;
            }
            lock.lock();
            try {
                if (account == null) {
                    account = registrar.account(issuer, registration, forgotten);
                    forgotten = Optional.empty();
                }
                return account;
            } finally {
                lock.unlock();
            }
        }

        @Override
        public Optional<SignedAccount> successor(SignedAccount refused) {
            lock.lock();
            try {
                if (account == refused) {
                    account = registrar.stored(issuer).orElse(null);
                }
                return Optional.ofNullable(account).filter(current -> !current.hasKeyOf(refused));
            } finally {
                lock.unlock();
            }
        }

        void rollOver() {
            lock.lock();
            try {
                account = registrar.rollOver(issuer);
            } finally {
                lock.unlock();
            }
        }

        void deactivate() {
            lock.lock();
            try {
                account = null;
                registrar.deactivate(issuer);
            } finally {
                lock.unlock();
            }
        }

        @Override
        public void forget(SignedAccount unknown) {
            lock.lock();
            try {
                // Of the many orders that notice, the first one counts: the others may hold what it has mended.
                if (account == unknown) {
                    account = null;
                    forgotten = Optional.of(unknown.location().toString());
                }
            } finally {
                lock.unlock();
            }
        }
    }
}
