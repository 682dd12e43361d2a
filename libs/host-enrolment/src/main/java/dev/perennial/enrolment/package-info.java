/**
 * The enrolment of hosts: what an operator creates and ends in Vault, with the operator's own rights, and the token that carries it
 * to the host. No service depends on the operator's part.
 */
package dev.perennial.enrolment;
