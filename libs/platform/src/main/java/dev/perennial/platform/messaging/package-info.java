/**
 * Kafka input and output of every service: decoding, dead letters, publication with trace context, retries. It must not
 * depend on the meaning of an event.
 */
package dev.perennial.platform.messaging;
