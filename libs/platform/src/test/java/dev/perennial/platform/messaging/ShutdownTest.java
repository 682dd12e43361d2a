package dev.perennial.platform.messaging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class ShutdownTest {
    private static final Duration LONG_ENOUGH_TO_END = Duration.ofMillis(300);

    @Test
    void passesOnADefect() {
        assertThatIllegalStateException()
                .isThrownBy(() -> Shutdown.guard(() -> {
                    throw new IllegalStateException("a defect");
                }));
        assertThat(Shutdown.isUnderWay()).isFalse();
    }

    @Test
    void neitherReturnsNorThrowsAfterAnInterruption() throws Exception {
        assertStays(() -> {
            throw new Shutdown.WorkInterrupted();
        });
    }

    @Test
    void treatsAnyFailureOfAnInterruptedThreadAsShutdown() throws Exception {
        assertStays(() -> {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while waiting");
        });
    }

    /** Runs in a separate JVM that SIGTERM ends, because only a JVM that shuts down refuses a shutdown hook. */
    @Test
    void detectsTheShutdownOfTheJvm() throws IOException, InterruptedException {
        Process jvm = new ProcessBuilder(
                        System.getProperty("java.home") + "/bin/java",
                        "-cp",
                        System.getProperty("java.class.path"),
                        GoesDown.class.getName())
                .redirectErrorStream(true)
                .start();
        try {
            assertThat(jvm.inputReader().readLine()).isEqualTo("ready");
            // Uses the handle, because Process.destroy() also closes the stream.
            jvm.toHandle().destroy();
            assertThat(jvm.inputReader().readLine()).isEqualTo("under way");
            assertThat(jvm.waitFor(20, TimeUnit.SECONDS)).isTrue();
        } finally {
            jvm.destroyForcibly();
        }
    }

    /** Prints whether the shutdown was detected. */
    public static final class GoesDown {
        private GoesDown() {}

        public static void main(String[] arguments) throws InterruptedException {
            Runtime.getRuntime()
                    .addShutdownHook(
                            new Thread(() -> System.out.println(Shutdown.isUnderWay() ? "under way" : "missed")));
            System.out.println(Shutdown.isUnderWay() ? "too early" : "ready");
            new CountDownLatch(1).await();
        }
    }

    private static void assertStays(Runnable work) throws InterruptedException {
        CountDownLatch begun = new CountDownLatch(1);
        Thread thread = Thread.ofVirtual()
                .start(() -> Shutdown.guard(() -> {
                    begun.countDown();
                    work.run();
                }));
        assertThat(begun.await(10, TimeUnit.SECONDS)).isTrue();
        assertThat(thread.join(LONG_ENOUGH_TO_END)).isFalse();
    }
}
