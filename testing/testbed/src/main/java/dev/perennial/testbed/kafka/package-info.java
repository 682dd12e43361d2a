/**
 * One Kafka broker in KRaft combined mode, in a JVM and on a class path of its own, with the topics of the contract. It
 * must never create a topic that nobody named.
 */
package dev.perennial.testbed.kafka;
