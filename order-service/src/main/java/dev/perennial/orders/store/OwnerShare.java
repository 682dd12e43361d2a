package dev.perennial.orders.store;

/**
 * What an owner has had, as far as this process knows.
 *
 * @param busy its orders that are being placed now
 * @param firsts when a first attempt of it was begun last, counted in beginnings; 0 for never
 * @param repeats the same for an attempt after one that came to nothing
 */
public record OwnerShare(String owner, int busy, long firsts, long repeats) {}
