/**
 * What an order may do next: a pure function of its state, an input and the time. Called by {@code moves} only. It must
 * never read a clock, a row or a topic, and never throw for something that a neighbour sent.
 */
package dev.perennial.rules.lifecycle;
