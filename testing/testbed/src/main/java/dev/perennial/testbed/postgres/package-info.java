/** One PostgreSQL with one database and role for the order-service. It must never accept a connection without a password. */
package dev.perennial.testbed.postgres;
