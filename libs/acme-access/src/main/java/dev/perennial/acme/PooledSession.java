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
 * A session for many requests at once. acme4j's own holds one nonce and its lock across the whole request, so that one
 * session is one request at a time; this one hands each request a nonce of its own (RFC 8555 section 6.5).
 */
class PooledSession extends Session {
    private static final int MOST = 256;

    private final ConcurrentLinkedDeque<String> nonces = new ConcurrentLinkedDeque<>();
    private final ThreadLocal<Holder> current = new ThreadLocal<>();

    PooledSession(URI directory, AcmeProvider provider) {
        super(directory, provider);
    }

    /** Nested locks of a thread share one nonce, as with acme4j's lock: it locks again to fetch a nonce where there is none. */
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

    /** Synchronized, as is the next: acme4j reads the directory and remembers it in two steps. */
    @Override
    public synchronized Optional<URL> resourceUrlOptional(Resource resource) throws AcmeException {
        return super.resourceUrlOptional(resource);
    }

    @Override
    public synchronized Metadata getMetadata() throws AcmeException {
        return super.getMetadata();
    }

    int spareNonces() {
        return nonces.size();
    }

    private final class Holder implements NonceHolder {
        private String nonce;
        private boolean spent;
        private int depth;

        Holder(String nonce) {
            this.nonce = nonce;
        }

        @Override
        public String getNonce() {
            spent = nonce != null;
            return nonce;
        }

        @Override
        public void setNonce(String fresh) {
            nonce = fresh;
            spent = false;
        }

        /** Newest first, because CAs let nonces grow old. One that was sent without an answer may be used up: dropped. */
        @Override
        public void close() {
            if (--depth > 0) {
                return;
            }
            current.remove();
            if (nonce != null && !spent && nonces.size() < MOST) {
                nonces.addFirst(nonce);
            }
        }
    }
}
