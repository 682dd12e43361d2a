/** Acceptance rules for issued certificates. Pure: no I/O, clock or framework. Applied between download and storing. */
package dev.perennial.issuance.checks;
