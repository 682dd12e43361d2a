/**
 * Consumers of the Kafka topics: requests of clients, and facts of the other services. A record is processed once; an
 * unusable record becomes a dead letter. Handlers wait for nothing but the database, because records are processed in
 * order.
 */
package dev.perennial.orders.consumers;
