package dev.perennial.agent.activation;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * Mutual exclusion between processes for a group of targets: a POSIX record lock on a file. The kernel releases it when
 * the process ends, so nothing needs cleaning up after a crash. flock(1) uses a different kind of lock and does not
 * exclude the agent.
 *
 * <p>A process loses its record lock when it closes any channel of the file (fcntl(2)). Groups may share a file; a
 * permit of this process is therefore acquired before a channel is opened.
 */
final class GroupLock implements AutoCloseable {
    private static final Duration PAUSE = Duration.ofMillis(20);

    private static final Map<Path, Semaphore> PERMITS = new ConcurrentHashMap<>();

    private final FileChannel channel;
    private final Semaphore permit;

    private GroupLock(FileChannel channel, Semaphore permit) {
        this.channel = channel;
        this.permit = permit;
    }

    /** @return empty if another process or group holds the lock for the whole of {@code limit} */
    static Optional<GroupLock> acquire(Path file, Duration limit) throws IOException {
        long deadline = System.nanoTime() + limit.toNanos();
        Semaphore permit = PERMITS.computeIfAbsent(file.toAbsolutePath().normalize(), path -> new Semaphore(1));
        try {
            return permit.tryAcquire(limit.toNanos(), TimeUnit.NANOSECONDS)
                    ? acquire(file, deadline, permit)
                    : Optional.empty();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while waiting for the lock " + file, e);
        }
    }

    private static Optional<GroupLock> acquire(Path file, long deadline, Semaphore permit)
            throws IOException, InterruptedException {
        boolean locked = false;
        try {
            FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            try {
                while (!locked(channel)) {
                    if (System.nanoTime() > deadline) {
                        return Optional.empty();
                    }
                    Thread.sleep(PAUSE);
                }
                locked = true;
                return Optional.of(new GroupLock(channel, permit));
            } finally {
                if (!locked) {
                    channel.close();
                }
            }
        } finally {
            if (!locked) {
                permit.release();
            }
        }
    }

    private static boolean locked(FileChannel channel) throws IOException {
        try {
            FileLock lock = channel.tryLock();
            return lock != null;
        } catch (OverlappingFileLockException e) {
            return false;
        }
    }

    @Override
    public void close() throws IOException {
        try {
            channel.close();
        } finally {
            permit.release();
        }
    }
}
