/** Commands of the host file, run as argument arrays. It must never run a shell. */
package dev.perennial.agent.command;
