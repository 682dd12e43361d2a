package dev.perennial.testbed.ca;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;

/**
 * Group mutual exclusion: any number in one room, nobody in the other meanwhile.
 *
 * <p>Pebble 2.10.1 deadlocks when newOrder and the fetch of an authorization overlap under load: newOrder holds the
 * store's lock and waits for an authorization's, the fetch holds the authorization's and waits for the store's. Keeping
 * the two apart is the testbed's task, not the product's.
 *
 * <p>Fair: as soon as one waits for the other room, newcomers queue behind it, so the wait is at most one batch long
 * however many keep coming. Never blocks: work is started by whoever leaves.
 */
final class GroupExclusion {
    private record Waiting(ExclusionGroup room, Runnable work) {}

    private final Deque<Waiting> queue = new ArrayDeque<>();
    private ExclusionGroup open = ExclusionGroup.ANY;
    private int inside;

    /** Runs the work when the room is free for it; the work must lead to one {@link #leave}. */
    void enter(ExclusionGroup room, Runnable work) {
        if (room == ExclusionGroup.ANY || admitted(room, work)) {
            work.run();
        }
    }

    void leave(ExclusionGroup room) {
        if (room != ExclusionGroup.ANY) {
            left().forEach(next -> next.work().run());
        }
    }

    private synchronized boolean admitted(ExclusionGroup room, Runnable work) {
        if (inside > 0 && (open != room || !queue.isEmpty())) {
            queue.add(new Waiting(room, work));
            return false;
        }
        open = room;
        inside++;
        return true;
    }

    /** When the last one leaves, everybody who waits for the room of the first in the queue goes in. */
    private synchronized List<Waiting> left() {
        inside--;
        if (inside > 0 || queue.isEmpty()) {
            return List.of();
        }
        open = queue.peek().room();
        List<Waiting> batch = new ArrayList<>();
        for (Iterator<Waiting> all = queue.iterator(); all.hasNext(); ) {
            Waiting next = all.next();
            if (next.room() == open) {
                batch.add(next);
                all.remove();
            }
        }
        inside = batch.size();
        return batch;
    }
}
