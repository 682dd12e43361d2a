package dev.perennial.orders.parts;

import static org.assertj.core.api.Assertions.assertThat;

import dev.perennial.events.CertificateId;
import dev.perennial.orders.store.Certificates;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jdbi.v3.core.Handle;

/** A transfer that is committed while a request waits for the lock of the certificate. */
public final class ConcurrentTransfer {
    private ConcurrentTransfer() {}

    /** @return the result of the request */
    public static <T> T during(ServiceFixture parts, CertificateId id, String to, Supplier<T> request) {
        CompletableFuture<T> result;
        try (Handle transfer = parts.database.open()) {
            transfer.begin();
            assertThat(new Certificates(transfer).lock(id)).isPresent();
            new Certificates(transfer).transfer(id, to, Map.of(), parts.clock.instant());
            result = CompletableFuture.supplyAsync(request);
            while (waiting(parts) == 0) {
                assertThat(result).isNotDone();
                Thread.onSpinWait();
            }
            transfer.commit();
        }
        return result.orTimeout(20, TimeUnit.SECONDS).join();
    }

    private static int waiting(ServiceFixture parts) {
        return parts.database.inTransaction(
                tx -> tx.createQuery("SELECT count(*) FROM pg_locks WHERE NOT granted AND pid <> pg_backend_pid()")
                        .mapTo(Integer.class)
                        .one());
    }
}
