package dev.perennial.acme;

import java.net.URI;
import java.net.URL;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedDeque;
import org.shredzone.acme4j.Metadata;
import org.shredzone.acme4j.Session;
import org.shredzone.acme4j.connector.NonceHolder;
import org.shredzone.acme4j.connector.Resource;
import org.shredzone.acme4j.exception.AcmeException;
import org.shredzone.acme4j.provider.AcmeProvider;

/**
 * A session for concurrent requests. acme4j's own session holds one nonce and locks it during the whole request, which
 * serializes requests. This one assigns a separate nonce to each request (RFC 8555 section 6.5).
 */
class PooledSession extends Session {
    private static final int MAX_NONCES = 256;

    private final ConcurrentLinkedDeque<String> nonces = new ConcurrentLinkedDeque<>();
    private final ThreadLocal<Holder> current = new ThreadLocal<>();

    PooledSession(URI directory, AcmeProvider provider) {
        super(directory, provider);
    }

    /** Nested locks of a thread share one nonce, as in acme4j, which locks again to fetch a missing nonce. */
    @Override
    public NonceHolder lockNonce() {
        Holder holder = current.get();
        if (holder == null) {
            holder = new Holder(nonces.pollFirst());
            current.set(holder);
        }
        holder.depth++;
        return holder;
    }

    /** Synchronized, like {@link #getMetadata}: acme4j reads and caches the directory in two steps. */
    @Override
    public synchronized Optional<URL> resourceUrlOptional(Resource resource) throws AcmeException {
        return super.resourceUrlOptional(resource);
    }

    @Override
    public synchronized Metadata getMetadata() throws AcmeException {
        return super.getMetadata();
    }

    int unusedNonces() {
        return nonces.size();
    }

    private final class Holder implements NonceHolder {
        private String nonce;
        private boolean sent;
        private int depth;

        Holder(String nonce) {
            this.nonce = nonce;
        }

        @Override
        public String getNonce() {
            sent = nonce != null;
            return nonce;
        }

        @Override
        public void setNonce(String fresh) {
            nonce = fresh;
            sent = false;
        }

        /**
         * Newest first, because nonces expire. A nonce that was sent without a response may be used: it is discarded.
         */
        @Override
        public void close() {
            if (--depth > 0) {
                return;
            }
            current.remove();
            if (nonce != null && !sent && nonces.size() < MAX_NONCES) {
                nonces.addFirst(nonce);
            }
        }
    }
}
