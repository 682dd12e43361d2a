/**
 * Child processes: started with argument arrays in their own session, each with a log and a pid file in the run folder. Every part
 * uses them. A process must never be started with a shell or with inherited output.
 */
package dev.perennial.testbed.process;
