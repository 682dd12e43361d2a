/**
 * Real name servers with their own zones, for behaviour that {@code ca.ChallengeDns} does not have: updates, several servers of
 * one zone, delegation. Only tests and chaos runs use them.
 */
package dev.perennial.testbed.dns;
