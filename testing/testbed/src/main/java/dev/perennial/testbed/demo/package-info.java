/**
 * The demo: it requests two certificates, one by event and one over REST, follows their facts on the topics and
 * proves both with its own TLS handshakes. It uses only the fleet's public interfaces.
 */
package dev.perennial.testbed.demo;
