/**
 * Activates prepared generations: activate, validate, apply, verify by handshakes, and roll back. One batch at a time
 * for each group of targets, under one lock. Independent of the kind of target.
 */
package dev.perennial.agent.activation;
