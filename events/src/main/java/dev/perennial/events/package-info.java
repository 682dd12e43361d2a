/**
 * The contract of the fleet: what travels over Kafka, and nothing else.
 *
 * <p>Everybody depends on it; it depends on no framework and on no Kafka class. It must never hold behaviour of one
 * service: only the records, their JSON, their CloudEvents headers, the topics and the error codes.
 */
package dev.perennial.events;
