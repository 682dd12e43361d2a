/**
 * The handshake that proves what a server serves, or that a key and its chain could be served. Called after every reload, by the reconciliation and by dry runs. It must never
 * resume a session and never take a certificate's word for anything but its bytes.
 */
package dev.perennial.agent.proof;
