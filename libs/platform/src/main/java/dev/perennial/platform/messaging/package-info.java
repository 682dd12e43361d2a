/**
 * The way in from and out to Kafka for every service: decoding with a place for what cannot be read, sending with trace
 * context, waiting for what is unavailable. It must never know what an event means.
 */
package dev.perennial.platform.messaging;
