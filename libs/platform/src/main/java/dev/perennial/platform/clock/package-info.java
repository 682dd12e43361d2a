/** The clock of the machine. */
package dev.perennial.platform.clock;
