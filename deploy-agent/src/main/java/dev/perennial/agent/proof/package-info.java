/**
 * The handshake that proves what a server serves. Called after every reload and by the reconciliation. It must never
 * resume a session and never take a certificate's word for anything but its bytes.
 */
package dev.perennial.agent.proof;
