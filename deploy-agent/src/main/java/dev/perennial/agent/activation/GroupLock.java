package dev.perennial.agent.activation;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Optional;

/**
 * Mutual exclusion between processes for a group of targets: a POSIX record lock on a file. The kernel releases it when
 * the process ends, so nothing needs cleaning up after a crash. flock(1) uses a different kind of lock and does not
 * exclude the agent.
 */
final class GroupLock implements AutoCloseable {
    private static final Duration PAUSE = Duration.ofMillis(20);

    private final FileChannel channel;

    private GroupLock(FileChannel channel) {
        this.channel = channel;
    }

    /** @return empty if another process holds the lock for the whole of {@code limit} */
    static Optional<GroupLock> acquire(Path file, Duration limit) throws IOException {
        FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        long deadline = System.nanoTime() + limit.toNanos();
        try {
            while (!locked(channel)) {
                if (System.nanoTime() > deadline) {
                    channel.close();
                    return Optional.empty();
                }
                Thread.sleep(PAUSE);
            }
            return Optional.of(new GroupLock(channel));
        } catch (InterruptedException e) {
            channel.close();
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while waiting for the lock " + file, e);
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
        channel.close();
    }
}
