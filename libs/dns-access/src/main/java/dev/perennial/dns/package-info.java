/**
 * Questions to DNS, and what follows from the answers: addresses, zones, their servers, where aliases lead. Called by the
 * services that look at a name before a CA does. It must never change a record, and never remember an answer: one from a
 * minute ago is what its callers must not trust.
 */
package dev.perennial.dns;
