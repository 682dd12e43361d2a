/**
 * The command line {@code perennial}: one class for each command. A command sends a request to the REST API and prints
 * the response. It shows nothing that the API does not say, and never a stack trace.
 */
package dev.perennial.cli;
