package dev.perennial.simulation;

import java.util.Arrays;

/** A timer for each certificate, in one linked list per second. Arrays instead of objects. */
final class TimerWheel {
    static final int NONE = -1;

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
        Arrays.fill(all, NONE);
        return all;
    }

    /** Sets the certificate's timer and replaces an earlier one. A timer after the end never fires. */
    void set(int certificate, int time) {
        remove(certificate);
        if (time >= first.length) {
            return;
        }
        int successor = first[time];
        first[time] = certificate;
        at[certificate] = time;
        next[certificate] = successor;
        previous[certificate] = NONE;
        if (successor != NONE) {
            previous[successor] = certificate;
        }
    }

    /** Removes and returns a certificate whose timer fires at this time; {@link #NONE} if there is none. */
    int take(int time) {
        int certificate = first[time];
        if (certificate != NONE) {
            remove(certificate);
        }
        return certificate;
    }

    private void remove(int certificate) {
        if (at[certificate] == NONE) {
            return;
        }
        if (previous[certificate] == NONE) {
            first[at[certificate]] = next[certificate];
        } else {
            next[previous[certificate]] = next[certificate];
        }
        if (next[certificate] != NONE) {
            previous[next[certificate]] = previous[certificate];
        }
        at[certificate] = NONE;
    }
}
