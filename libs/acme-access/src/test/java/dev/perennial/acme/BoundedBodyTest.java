package dev.perennial.acme;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class BoundedBodyTest {
    private static final int LARGE = BoundedBody.SMALL + 1;

    private final LargeBodies one = new LargeBodies(1);

    @Test
    void readsALargeBodyAfterAnotherWasClosed() throws Exception {
        Received first = new Received();
        Received second = new Received();
        first.bytes(LARGE);
        second.bytes(LARGE);
        assertThat(first.requests).hasValue(2);
        assertThat(second.requests).as("it has no share").hasValue(1);

        first.body.onComplete();
        content(first).close();
        content(first).close();

        assertThat(second.requests).hasValue(2);
        second.bytes(1);
        second.body.onComplete();
        assertThat(content(second).readAllBytes()).hasSize(LARGE + 1);
    }

    @Test
    void readsASmallBodyInAnyCase() {
        Received large = new Received();
        Received small = new Received();
        large.bytes(LARGE);

        small.bytes(BoundedBody.SMALL);

        assertThat(small.requests).hasValue(2);
    }

    /** The request of a body that waits, or the one before it, may reach its timeout. */
    @Test
    void passesTheShareOfAFailedBodyOn() {
        Received failed = new Received();
        Received abandoned = new Received();
        Received last = new Received();
        failed.bytes(LARGE);
        abandoned.bytes(LARGE);
        last.bytes(LARGE);

        abandoned.body.close();
        failed.body.close();

        assertThat(abandoned.requests).hasValue(1);
        assertThat(last.requests).hasValue(2);
    }

    private static InputStream content(Received received) {
        CompletableFuture<InputStream> body = received.body.getBody().toCompletableFuture();
        assertThat(body).isDone();
        return body.join();
    }

    private final class Received implements Flow.Subscription {
        private final BoundedBody body = new BoundedBody(4 * LARGE, one);
        private final AtomicInteger requests = new AtomicInteger();

        Received() {
            body.onSubscribe(this);
        }

        void bytes(int count) {
            body.onNext(List.of(ByteBuffer.allocate(count)));
        }

        @Override
        public void request(long n) {
            requests.incrementAndGet();
        }

        @Override
        public void cancel() {}
    }
}
