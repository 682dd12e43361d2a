/** The enrolment of this host: its credentials of Vault, and the registration of its signing key. */
package dev.perennial.agent.enrolment;
