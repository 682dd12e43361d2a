/**
 * How a consumer ends its work on a record: acknowledged, or kept among the dead letters, and alive afterwards whatever
 * happened. Called by {@code requests} and {@code facts}. It must never know what a record means.
 */
package dev.perennial.orders.hearing;
