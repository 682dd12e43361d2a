/**
 * The handshake that proves what a server serves, or that a key and its chain can be served. Used after every reload, by the
 * reconciliation and by dry runs. It must never resume a session, and it compares nothing of a certificate but its bytes.
 */
package dev.perennial.agent.proof;
