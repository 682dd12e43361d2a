/**
 * {@code perennial} on the command line: one class a command, each a question to the REST API and its answer for a person. It must
 * never know more than the API says, and never show a stack trace.
 */
package dev.perennial.cli;
