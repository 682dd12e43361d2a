package dev.perennial.simulation;

import java.util.Arrays;

/** Orders that are ready to be placed, first in, first out. A ring buffer of primitive values. */
final class PlacementQueue {
    private int[] ring = new int[1024];
    private int first;
    private int size;

    boolean isEmpty() {
        return size == 0;
    }

    int size() {
        return size;
    }

    void add(int certificate) {
        if (size == ring.length) {
            int[] larger = Arrays.copyOf(Arrays.copyOfRange(ring, first, ring.length), size * 2);
            System.arraycopy(ring, 0, larger, ring.length - first, first);
            ring = larger;
            first = 0;
        }
        ring[(first + size++) % ring.length] = certificate;
    }

    int take() {
        int certificate = ring[first];
        first = (first + 1) % ring.length;
        size--;
        return certificate;
    }
}
