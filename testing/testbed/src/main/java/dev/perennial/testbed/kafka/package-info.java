/**
 * One Kafka broker in KRaft combined mode, in its own JVM with its own class path, with the topics of the contract. It must never
 * create a topic automatically.
 */
package dev.perennial.testbed.kafka;
