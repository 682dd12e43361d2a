package dev.perennial.validation.dns01;

import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import java.util.stream.IntStream;

/** Serializes changes per name, for providers that replace all values of a name at once. */
final class StripedLocks {
    private final Lock[] locks =
            IntStream.range(0, 64).mapToObj(i -> new ReentrantLock()).toArray(Lock[]::new);

    void withLock(String name, Runnable work) {
        withLock(name, () -> {
            work.run();
            return null;
        });
    }

    <T> T withLock(String name, Supplier<T> work) {
        Lock lock = locks[Math.floorMod(name.hashCode(), locks.length)];
        lock.lock();
        try {
            return work.get();
        } finally {
            lock.unlock();
        }
    }
}
