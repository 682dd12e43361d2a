/** The commands of the script {@code perennial}: up, down, status, demo. */
package dev.perennial.testbed.command;
