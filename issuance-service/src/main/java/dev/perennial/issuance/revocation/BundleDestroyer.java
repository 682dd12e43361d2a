package dev.perennial.issuance.revocation;

import dev.perennial.events.OrderId;
import dev.perennial.events.RevocationOrdered;
import dev.perennial.issuance.issuing.OrderKeyStore;
import dev.perennial.vault.Bundle;
import dev.perennial.vault.SecretPath;
import dev.perennial.vault.SecretStore;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Destroys the bundle of a revoked certificate: its version and all earlier ones, at the certificate's path and in the
 * copies of the hosts. Newer versions stay for every revocation reason; they have a revocation of their own if needed.
 */
final class BundleDestroyer {
    private final SecretStore secrets;
    private final OrderKeyStore keys;

    BundleDestroyer(SecretStore secrets) {
        this.secrets = secrets;
        this.keys = new OrderKeyStore(secrets);
    }

    /** The key of the certificate, if Vault still has it. */
    Optional<String> privateKey(RevocationOrdered ordered) {
        SecretPath path = SecretPath.certificate(ordered.certificateId());
        return newestFirst(path)
                .flatMap(version -> bundle(path, version).stream())
                .filter(bundle -> bundle.fingerprint().equals(ordered.fingerprint()))
                .map(Bundle::privateKey)
                .findFirst();
    }

    /**
     * Idempotent, and safe to interrupt at any point. A marker replaces the key of the order; without it, a late
     * delivery of the order would find no bundle and generate a new key.
     *
     * @return destroyed versions
     */
    int destroy(RevocationOrdered ordered, Instant at) {
        keys.abandon(ordered.orderId(), at);
        return paths(ordered)
                .mapToInt(path -> destroy(path, ordered.orderId(), ordered.retired()))
                .sum();
    }

    private int destroy(SecretPath path, OrderId revoked, boolean retired) {
        SecretStore.Versions versions = secrets.versions(path);
        Optional<Long> last = newestFirst(versions)
                .filter(version -> bundle(path, version)
                        .filter(bundle -> isUpTo(revoked, bundle.orderId()))
                        .isPresent())
                .findFirst();
        List<Long> obsolete = last.stream()
                .flatMap(limit -> versions.kept().stream().filter(version -> version <= limit))
                .toList();
        if (!obsolete.isEmpty()) {
            secrets.destroy(path, obsolete);
        }
        if (retired && versions.latest() > 0 && secrets.versions(path).kept().isEmpty()) {
            secrets.destroy(path);
        }
        return obsolete.size();
    }

    private static Stream<SecretPath> paths(RevocationOrdered ordered) {
        return Stream.concat(
                Stream.of(SecretPath.certificate(ordered.certificateId())),
                ordered.hosts().stream().map(host -> SecretPath.hostCopy(host, ordered.certificateId())));
    }

    private Stream<Long> newestFirst(SecretPath path) {
        return newestFirst(secrets.versions(path));
    }

    private static Stream<Long> newestFirst(SecretStore.Versions versions) {
        return versions.kept().reversed().stream();
    }

    private Optional<Bundle> bundle(SecretPath path, long version) {
        return secrets.read(path, version).map(Bundle::from);
    }

    /** Order ids are UUIDv7, whose text sorts by creation time. */
    private static boolean isUpTo(OrderId revoked, OrderId order) {
        return order.toString().compareTo(revoked.toString()) <= 0;
    }
}
