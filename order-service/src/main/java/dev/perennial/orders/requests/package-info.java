/**
 * Requests for certificates: what policy says of them, and what they lead to. Kafka and REST come through the same door.
 * {@code RequestRules} and {@code Standing} are pure; {@code Intake} commits. It must never ask a CA or a host anything.
 */
package dev.perennial.orders.requests;
