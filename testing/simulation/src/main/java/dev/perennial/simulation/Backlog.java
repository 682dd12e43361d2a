package dev.perennial.simulation;

import java.util.Arrays;

/** Due renewals that are not released yet, in order of expiry. A binary heap of primitive values. */
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
        // Expiries are never negative. The lower half of an entry is the certificate.
        long entry = (long) expires << 32 | certificate;
        int index = size++;
        while (index > 0 && heap[(index - 1) / 2] > entry) {
            heap[index] = heap[(index - 1) / 2];
            index = (index - 1) / 2;
        }
        heap[index] = entry;
    }

    int take() {
        int certificate = (int) heap[0];
        long last = heap[--size];
        int index = 0;
        int child = 1;
        while (child < size) {
            if (child + 1 < size && heap[child + 1] < heap[child]) {
                child++;
            }
            if (heap[child] >= last) {
                break;
            }
            heap[index] = heap[child];
            index = child;
            child = 2 * index + 1;
        }
        heap[index] = last;
        return certificate;
    }
}
