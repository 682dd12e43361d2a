package dev.perennial.acme;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import org.junit.jupiter.api.Test;
import org.shredzone.acme4j.connector.NonceHolder;
import org.shredzone.acme4j.provider.GenericAcmeProvider;

class PooledSessionTest {
    private final PooledSession session =
            new PooledSession(URI.create("https://ca.example.com/dir"), new GenericAcmeProvider());

    @Test
    void assignsDifferentNoncesToConcurrentRequests() throws InterruptedException {
        put("one");
        try (NonceHolder mine = session.lockNonce()) {
            Thread other = Thread.startVirtualThread(() -> put("two"));
            other.join();
            assertThat(mine.getNonce()).isEqualTo("one");
            mine.setNonce("three");
        }
        assertThat(take()).isEqualTo("three");
        assertThat(take()).isEqualTo("two");
        assertThat(take()).isNull();
    }

    @Test
    void sharesANonceWithNestedLocks() {
        try (NonceHolder outer = session.lockNonce()) {
            try (NonceHolder inner = session.lockNonce()) {
                inner.setNonce("fetched");
            }
            assertThat(outer.getNonce()).isEqualTo("fetched");
        }
    }

    @Test
    void discardsANonceThatWasSentWithoutAResponse() {
        put("one");
        take();
        assertThat(session.unusedNonces()).isZero();
    }

    @Test
    void returnsAnUnusedNonceToThePool() {
        put("one");
        session.lockNonce().close();
        assertThat(session.unusedNonces()).isEqualTo(1);
    }

    private void put(String nonce) {
        try (NonceHolder holder = session.lockNonce()) {
            holder.getNonce();
            holder.setNonce(nonce);
        }
    }

    private String take() {
        try (NonceHolder holder = session.lockNonce()) {
            return holder.getNonce();
        }
    }
}
