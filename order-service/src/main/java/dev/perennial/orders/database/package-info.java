/**
 * The way to PostgreSQL: JDBI over the pool, explicit transactions, and the line between an outage (wait) and a defect
 * (fail). Called by everything that stores. It must never know a table.
 */
package dev.perennial.orders.database;
