package dev.perennial.orders.store;

/**
 * The turns of an owner, as far as this process knows.
 *
 * @param busy its orders that are being placed now
 * @param firsts the number of the turn of its latest first attempt; 0 if there is none
 * @param repeats the same for its latest repeated attempt
 */
public record OwnerShare(String owner, int busy, long firsts, long repeats) {}
