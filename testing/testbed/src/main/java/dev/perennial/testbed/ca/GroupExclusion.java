package dev.perennial.testbed.ca;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;

/**
 * Group mutual exclusion: any number of requests of one group at a time, and none of the other groups.
 *
 * <p>Pebble 2.10.1 deadlocks when newOrder and the fetch of an authorization overlap under load: newOrder holds the
 * store's lock and waits for an authorization's, the fetch holds the authorization's and waits for the store's. The
 * testbed prevents this, because other CAs do not need it.
 *
 * <p>Fair: as soon as a request waits for another group, later requests queue behind it, so it waits for at most one
 * batch. Never blocks: {@link #leave} starts the waiting work.
 */
final class GroupExclusion {
    private record Waiting(ExclusionGroup group, Runnable work) {}

    private final Deque<Waiting> queue = new ArrayDeque<>();
    private ExclusionGroup active = ExclusionGroup.ANY;
    private int running;

    /** Runs the work as soon as no other group is active; the work must lead to exactly one {@link #leave}. */
    void enter(ExclusionGroup group, Runnable work) {
        if (group == ExclusionGroup.ANY || admitted(group, work)) {
            work.run();
        }
    }

    void leave(ExclusionGroup group) {
        if (group != ExclusionGroup.ANY) {
            release().forEach(next -> next.work().run());
        }
    }

    private synchronized boolean admitted(ExclusionGroup group, Runnable work) {
        if (running > 0 && (active != group || !queue.isEmpty())) {
            queue.add(new Waiting(group, work));
            return false;
        }
        active = group;
        running++;
        return true;
    }

    /** After the last request of a group, returns all waiting requests of the next group in the queue. */
    private synchronized List<Waiting> release() {
        running--;
        if (running > 0 || queue.isEmpty()) {
            return List.of();
        }
        active = queue.peek().group();
        List<Waiting> batch = new ArrayList<>();
        for (Iterator<Waiting> all = queue.iterator(); all.hasNext(); ) {
            Waiting next = all.next();
            if (next.group() == active) {
                batch.add(next);
                all.remove();
            }
        }
        running = batch.size();
        return batch;
    }
}
