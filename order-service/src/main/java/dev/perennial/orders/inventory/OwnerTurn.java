package dev.perennial.orders.inventory;

/**
 * What an owner has had, as far as this process knows.
 *
 * @param busy its orders that are being placed now
 * @param served when one of them was begun last, counted in beginnings; 0 for never
 */
public record OwnerTurn(String owner, int busy, long served) {}
