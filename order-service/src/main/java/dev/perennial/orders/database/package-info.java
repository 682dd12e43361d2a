/**
 * Access to PostgreSQL: JDBI over the connection pool, explicit transactions, and the distinction between an outage
 * (retry) and a defect (fail). Called by every package that stores data. No class here depends on a table.
 */
package dev.perennial.orders.database;
