/**
 * Real name servers with zones of their own, for what the made-up answers of {@code ca.ChallengeDns} cannot show: updates,
 * several servers of one zone, delegation. Only tests ask for them.
 */
package dev.perennial.testbed.dns;
