package dev.perennial.acme;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.perennial.events.ErrorCode;
import dev.perennial.events.EventCodec;
import dev.perennial.events.IssuerSettings;
import dev.perennial.events.RetryLater;
import java.net.URI;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

class IssuerTest {
    private static final URI DIRECTORY = URI.create("https://ca.test/directory");

    @Test
    void sendsNoRequestWhileAsManyOthersWaitForTheirResponsesAsMay() throws InterruptedException {
        Issuer issuer = new Issuer(
                EventCodec.mapper()
                        .convertValue(
                                Map.of("name", "ca", "directory", DIRECTORY, "requestTimeout", "PT0.1S"),
                                IssuerSettings.class),
                AddressPolicy.ANY,
                InstantSource.system());
        CountDownLatch sent = new CountDownLatch(Issuer.MAX_CONCURRENT_REQUESTS);
        CountDownLatch answers = new CountDownLatch(1);
        for (int i = 0; i < Issuer.MAX_CONCURRENT_REQUESTS; i++) {
            Thread.ofVirtual()
                    .start(() -> request(issuer, () -> {
                        sent.countDown();
                        answers.await();
                    }));
        }
        sent.await();

        RetryLater failure = catchThrowableOfType(RetryLater.class, () -> request(issuer, () -> {}));
        answers.countDown();

        assertThat(failure.problem().code()).isEqualTo(ErrorCode.CA_UNAVAILABLE);
        assertThat(failure.problem().evidence())
                .hasValueSatisfying(evidence -> assertThat(evidence).contains("64 other requests"));
        assertThat(RequestTimeout.isCauseOf(failure)).isFalse();
        assertThat(RequestNotSent.isCauseOf(failure)).isTrue();
    }

    @FunctionalInterface
    private interface Wait {
        void run() throws InterruptedException;
    }

    private static void request(Issuer issuer, Wait wait) {
        issuer.call(
                "test",
                DIRECTORY,
                connection -> {
                    try {
                        wait.run();
                    } catch (InterruptedException e) {
                        throw new IllegalStateException(e);
                    }
                    return 0;
                },
                issuer::raise);
    }
}
