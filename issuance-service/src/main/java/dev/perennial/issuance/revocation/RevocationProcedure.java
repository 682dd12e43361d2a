package dev.perennial.issuance.revocation;

import dev.perennial.acme.AcmeAccount;
import dev.perennial.acme.AcmeAccounts;
import dev.perennial.acme.RevokeResult;
import dev.perennial.events.Problem;
import dev.perennial.events.RevocationOrdered;
import dev.perennial.issuance.keys.CertificateKey;
import dev.perennial.vault.SecretStore;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Instant;
import java.util.Optional;

/**
 * The steps of a revocation. The process may crash after any of them; the record is then redelivered, and the work
 * starts again at step 1.
 *
 * <ol>
 *   <li>Revoke at the CA with the account key. {@code alreadyRevoked} counts as success.
 *   <li>If the CA refuses the account (another account ordered the certificate, or the account was replaced), revoke
 *       with the certificate's own key, if Vault still has it.
 *   <li>Destroy this and earlier versions in Vault ({@link BundleDestroyer}). This is the last step because step 2 may
 *       need the key.
 * </ol>
 */
final class RevocationProcedure {
    private final AcmeAccounts accounts;
    private final BundleDestroyer bundleDestroyer;
    private final Clock clock;

    RevocationProcedure(AcmeAccounts accounts, SecretStore secrets, Clock clock) {
        this.accounts = accounts;
        this.bundleDestroyer = new BundleDestroyer(secrets);
        this.clock = clock;
    }

    /** The outcome of an attempt. */
    sealed interface Outcome {
        /** @param destroyed versions of the bundle and its copies, by this attempt */
        record Revoked(Instant at, int destroyed) implements Outcome {}

        /** Nothing was destroyed. */
        record Failed(Problem problem) implements Outcome {}
    }

    /**
     * One attempt.
     *
     * @throws dev.perennial.events.RetryLater if the CA or Vault is unavailable
     */
    Outcome attempt(RevocationOrdered ordered) {
        X509Certificate leaf = certificate(ordered.leaf());
        return switch (revoke(ordered, leaf)) {
            case RevokeResult.Revoked revoked -> {
                Instant at = clock.instant();
                yield new Outcome.Revoked(at, bundleDestroyer.destroy(ordered, at));
            }
            case RevokeResult.Refused refused -> new Outcome.Failed(refused.problem());
        };
    }

    private RevokeResult revoke(RevocationOrdered ordered, X509Certificate leaf) {
        AcmeAccount account = accounts.of(ordered.issuer(), AcmeAccounts.Registration.NEVER);
        RevokeResult answer = account.revoke(leaf, ordered.reason());
        Optional<String> key =
                answer instanceof RevokeResult.Refused ? bundleDestroyer.privateKey(ordered) : Optional.empty();
        return key.map(pem -> account.revoke(leaf, ordered.reason(), CertificateKey.pair(pem, leaf.getPublicKey())))
                .orElse(answer);
    }

    private static X509Certificate certificate(String pem) {
        try {
            return (X509Certificate) CertificateFactory.getInstance("X.509")
                    .generateCertificate(new ByteArrayInputStream(pem.getBytes(StandardCharsets.US_ASCII)));
        } catch (CertificateException e) {
            throw new IllegalStateException("the certificate to revoke cannot be parsed", e);
        }
    }
}
