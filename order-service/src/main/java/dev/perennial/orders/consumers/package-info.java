/**
 * Consumers of the Kafka topics: requests from clients, and the facts of the other services. A record is processed once; one that
 * cannot be used becomes a dead letter. Handlers never wait for anything except the database, because records are processed in order.
 */
package dev.perennial.orders.consumers;
