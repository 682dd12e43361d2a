/**
 * The CAs of the testbed: Pebble, its DNS server, and a proxy that injects faults and enforces rate limits if a test configures
 * them; also OpenBao's ACME server and step-ca, to which clients connect directly. This package also issues the certificates of
 * the testbed's own listeners, new ones for every run.
 */
package dev.perennial.testbed.ca;
