/**
 * The connectivity check: every hop between this installation and a certificate, with a remedy for each failure. The
 * rules are pure; {@link dev.perennial.orders.doctor.Doctor} gathers the facts. Called by {@code http}. It changes
 * nothing: it places no order, registers no account and takes no token.
 */
package dev.perennial.orders.doctor;
