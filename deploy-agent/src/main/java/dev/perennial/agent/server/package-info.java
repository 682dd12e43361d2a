/**
 * Switch, configuration test, reload, proof and way back for one server process: one batch at a time, under one lock. It
 * runs only commands of the host's own file, as argument arrays, and must never run a shell.
 */
package dev.perennial.agent.server;
