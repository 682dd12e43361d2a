package dev.perennial.testbed.chaos;

import dev.perennial.testbed.PartFailedException;
import dev.perennial.testbed.fleet.ServicePart;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;

/** Starts a service whenever it does not run, as systemd or Kubernetes would, and as often as it takes. */
final class ProcessSupervisor implements AutoCloseable {
    private static final Duration LOOK = Duration.ofMillis(100);

    private final ServicePart service;
    private final Consumer<String> tell;
    private final Thread thread;
    private volatile long notBefore = System.nanoTime();
    private volatile boolean closed;

    ProcessSupervisor(ServicePart service, Consumer<String> tell) {
        this.service = service;
        this.tell = tell;
        this.thread = Thread.ofVirtual().name("keeper of " + service.name()).start(this::keep);
    }

    /** Kills it; it is started again after this time. */
    void kill(Duration away) {
        notBefore = System.nanoTime() + away.toNanos();
        service.kill();
    }

    private void keep() {
        while (!closed) {
            if (service.pid().isEmpty() && System.nanoTime() - notBefore > 0) {
                start();
            }
            LockSupport.parkNanos(LOOK.toNanos());
        }
    }

    private void start() {
        long begin = System.nanoTime();
        try {
            service.start();
            long took = Duration.ofNanos(System.nanoTime() - begin).toMillis();
            tell.accept("%s is ready again, %.1f s after its start".formatted(service.name(), took / 1e3));
        } catch (PartFailedException e) {
            // What it needs may be away as well just now, or it was killed again: the next look starts it once more.
            tell.accept(e.getMessage().lines().findFirst().orElseThrow() + "; it is started again");
        }
    }

    @Override
    public void close() throws InterruptedException {
        closed = true;
        thread.join();
    }
}
