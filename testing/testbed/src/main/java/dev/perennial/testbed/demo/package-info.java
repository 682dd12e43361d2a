/**
 * The demo: two certificates, one requested by an event and one over REST. It follows their facts on the topics and
 * proves both with its own TLS handshakes. It uses only the fleet's public interfaces.
 */
package dev.perennial.testbed.demo;
