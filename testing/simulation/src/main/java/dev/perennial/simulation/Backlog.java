package dev.perennial.simulation;

import java.util.Arrays;

/** Orders that wait for a place in the fleet, the soonest to expire first. A heap of numbers. */
final class Backlog {
    private long[] heap = new long[1024];
    private int size;

    boolean isEmpty() {
        return size == 0;
    }

    int size() {
        return size;
    }

    void add(int certificate, int expires) {
        if (size == heap.length) {
            heap = Arrays.copyOf(heap, size * 2);
        }
        // Expiries before the beginning do not occur; certificates are told apart in the lower half.
        long entry = (long) expires << 32 | certificate;
        int place = size++;
        while (place > 0 && heap[(place - 1) / 2] > entry) {
            heap[place] = heap[(place - 1) / 2];
            place = (place - 1) / 2;
        }
        heap[place] = entry;
    }

    int take() {
        int certificate = (int) heap[0];
        long last = heap[--size];
        int place = 0;
        int child = 1;
        while (child < size) {
            if (child + 1 < size && heap[child + 1] < heap[child]) {
                child++;
            }
            if (heap[child] >= last) {
                break;
            }
            heap[place] = heap[child];
            place = child;
            child = 2 * place + 1;
        }
        heap[place] = last;
        return certificate;
    }
}
