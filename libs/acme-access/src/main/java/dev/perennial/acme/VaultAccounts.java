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

/** The accounts, with their keys in Vault; each key is read once. */
@ApplicationScoped
class VaultAccounts implements AcmeAccounts, AccountChanges, RenewalInfoSource {
    private final Issuers issuers;
    private final AddressPolicy addresses;
    private final AccountRegistration registrations;
    private final InstantSource clock;
    private final Map<String, Slot> slots = new ConcurrentHashMap<>();

    @Inject
    VaultAccounts(Issuers issuers, SecretStore store, AcmeConfig config) {
        this(issuers, store, AddressPolicy.of(config), InstantSource.system());
    }

    VaultAccounts(Issuers issuers, SecretStore store, AddressPolicy addresses, InstantSource clock) {
        this.issuers = issuers;
        this.addresses = addresses;
        this.registrations = new AccountRegistration(store);
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
    public RenewalInfo fetch(String issuer, String renewalId) {
        return new RenewalInfoClient(slot(issuer).issuer).fetch(renewalId);
    }

    /** Changed settings create a new slot; calls in progress finish with the old one. */
    private Slot slot(String name) {
        Optional<IssuerSettings> known = issuers.find(name);
        if (known.isEmpty()) {
            slots.remove(name);
            throw new RetryLater(Problem.of(
                    ErrorCode.ISSUER_NOT_READY,
                    "this service has no settings of the issuer '" + name + "' yet; it has: "
                            + new TreeSet<>(issuers.names())));
        }
        return slots.compute(
                name,
                (any, slot) -> slot != null && slot.issuer.settings().equals(known.get())
                        ? slot
                        : new Slot(new Issuer(known.get(), addresses, clock)));
    }

    /**
     * Its lock merges concurrent first calls. It is held during calls to Vault and the CA, so a lock of the map is
     * unsuitable.
     */
    private final class Slot implements RecoveringAccount.Source {
        private final ReentrantLock lock = new ReentrantLock();
        private final Issuer issuer;
        private volatile SignedAccount account;
        private Optional<String> unknownLocation = Optional.empty();

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
                    account = registrations.account(issuer, registration, unknownLocation);
                    unknownLocation = Optional.empty();
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
                    account = registrations.stored(issuer).orElse(null);
                }
                return Optional.ofNullable(account).filter(current -> !current.hasKeyOf(refused));
            } finally {
                lock.unlock();
            }
        }

        void rollOver() {
            lock.lock();
            try {
                account = registrations.rollOver(issuer);
            } finally {
                lock.unlock();
            }
        }

        void deactivate() {
            lock.lock();
            try {
                account = null;
                registrations.deactivate(issuer);
            } finally {
                lock.unlock();
            }
        }

        @Override
        public void discard(SignedAccount unknown) {
            lock.lock();
            try {
                // Many orders report the same unknown account: only the first report counts, later ones may refer to
                // its successor.
                if (account == unknown) {
                    account = null;
                    unknownLocation = Optional.of(unknown.location().toString());
                }
            } finally {
                lock.unlock();
            }
        }
    }
}
