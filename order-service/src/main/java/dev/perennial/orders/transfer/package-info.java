/** Transfers certificates to other owners. */
package dev.perennial.orders.transfer;
