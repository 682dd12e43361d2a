/**
 * The entry point for requests of every kind, from Kafka and REST: each one is processed once, and a repetition gets
 * the first answer. The capabilities only implement {@code SubmissionProcessor}. No class here depends on one of
 * them.
 */
package dev.perennial.orders.submission;
