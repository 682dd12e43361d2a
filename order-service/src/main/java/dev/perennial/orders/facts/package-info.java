/**
 * What the other services report: each fact becomes an input of its order, once. It must never wait for anything but
 * the database, because one record waits behind the other.
 */
package dev.perennial.orders.facts;
