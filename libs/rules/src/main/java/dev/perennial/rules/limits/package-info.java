/**
 * A CA's rate limits as a model: state and time in, decision and next state out. Called by {@code budget} only, which
 * keeps the state. It must never read a clock, a row or a network, and never decide by chance.
 */
package dev.perennial.rules.limits;
