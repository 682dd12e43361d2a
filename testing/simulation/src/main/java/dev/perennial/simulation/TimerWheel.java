package dev.perennial.simulation;

import java.util.Arrays;

/** What happens to whom next: a list for each second, at most one entry a certificate. No object an event. */
final class TimerWheel {
    static final int NOBODY = -1;

    private final int[] first;
    private final int[] next;
    private final int[] previous;
    private final int[] at;

    TimerWheel(int seconds, int certificates) {
        this.first = filled(seconds);
        this.next = filled(certificates);
        this.previous = filled(certificates);
        this.at = filled(certificates);
    }

    private static int[] filled(int length) {
        int[] all = new int[length];
        Arrays.fill(all, NOBODY);
        return all;
    }

    /** Takes the place of what was to happen to it. What is past the end never happens. */
    void set(int certificate, int time) {
        remove(certificate);
        if (time >= first.length) {
            return;
        }
        int successor = first[time];
        first[time] = certificate;
        at[certificate] = time;
        next[certificate] = successor;
        previous[certificate] = NOBODY;
        if (successor != NOBODY) {
            previous[successor] = certificate;
        }
    }

    /** Somebody to whom something happens then, who is out of the wheel now; or {@link #NOBODY}. */
    int take(int time) {
        int certificate = first[time];
        if (certificate != NOBODY) {
            remove(certificate);
        }
        return certificate;
    }

    private void remove(int certificate) {
        if (at[certificate] == NOBODY) {
            return;
        }
        if (previous[certificate] == NOBODY) {
            first[at[certificate]] = next[certificate];
        } else {
            next[previous[certificate]] = next[certificate];
        }
        if (next[certificate] != NOBODY) {
            previous[next[certificate]] = previous[certificate];
        }
        at[certificate] = NOBODY;
    }
}
