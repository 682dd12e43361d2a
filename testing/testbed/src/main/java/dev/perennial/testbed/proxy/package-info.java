/**
 * TCP lines between the services and a part, which can be cut: what a switch, a firewall or a failed-over load balancer does to
 * them. Only stacks that are built cuttable have them; a line must never change a byte.
 */
package dev.perennial.testbed.proxy;
