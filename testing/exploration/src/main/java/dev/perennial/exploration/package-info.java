/**
 * Explores the protocol of one order: the rules of the order-service and the code of the validation-service and the
 * issuance-service, each behind its ports, against a model of two CAs, Vault and the topics. Every sequence of
 * deliveries, redeliveries, crashes, lost answers, outages and passed deadlines is tried, up to a number of faults.
 */
package dev.perennial.exploration;
