package dev.perennial.acme;

import java.util.ArrayDeque;
import java.util.Queue;

/** Limits the large response bodies in memory; the readers of further ones wait in order. */
final class LargeBodies {
    /** With {@link BoundedRequest#MAX_BODY} and its copies, 12 MiB of a heap of 64 MiB. */
    static final LargeBodies OF_PROCESS = new LargeBodies(16);

    private final Queue<Runnable> waiting = new ArrayDeque<>();
    private int free;

    LargeBodies(int max) {
        free = max;
    }

    /** @param granted runs as soon as there is memory; {@link #release} must follow */
    void acquire(Runnable granted) {
        synchronized (this) {
            if (free == 0) {
                waiting.add(granted);
                return;
            }
            free--;
        }
        granted.run();
    }

    void release() {
        Runnable next;
        synchronized (this) {
            next = waiting.poll();
            if (next == null) {
                free++;
                return;
            }
        }
        next.run();
    }
}
