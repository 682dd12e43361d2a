/**
 * The demo: two certificates asked for on the two doors, their facts followed on the topics, and both proven with TLS
 * handshakes of its own. It knows the fleet only from outside.
 */
package dev.perennial.testbed.demo;
