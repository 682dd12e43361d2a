/**
 * The contract between the services: the events on Kafka.
 *
 * <p>Every module may depend on it; it depends on no framework and on no Kafka class. It must never contain behaviour
 * of one service: only the records, their JSON, their CloudEvents headers, the topics and the error codes.
 */
package dev.perennial.events;
