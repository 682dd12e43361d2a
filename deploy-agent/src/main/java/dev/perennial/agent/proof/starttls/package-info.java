/**
 * The dialogues that precede TLS on a plain connection. What a server sends before TLS is not authentic and may be
 * hostile: every size and count is limited, and no byte of it is carried over into the TLS connection.
 */
package dev.perennial.agent.proof.starttls;
