/**
 * The command line {@code perennial}: one class for each command. A command sends a request to the REST API and prints
 * the response. It prints no information that the API does not return, and never a stack trace.
 */
package dev.perennial.cli;
