/**
 * The handshake that proves which certificate a server serves, or that a key and its chain can be served. Used after
 * every reload, by the reconciliation and by dry runs. It must never resume a session. It compares certificates only by
 * their bytes.
 */
package dev.perennial.agent.proof;
