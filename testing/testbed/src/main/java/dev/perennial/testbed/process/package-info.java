/**
 * Child processes: started with argument arrays in a session of their own, each with a log and a pid file in the run
 * folder, and stopped without leaving anything. Used by every part. It must never start a shell or inherit output.
 */
package dev.perennial.testbed.process;
