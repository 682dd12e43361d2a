/**
 * The CAs of the testbed: Pebble, the DNS server that it asks, and a front before it that clients talk to, which misbehaves and
 * keeps accounts to limits when it is told; beside it OpenBao's ACME server and step-ca, which clients talk to directly. Certificates of
 * the testbed's own listeners are made here too, new for every run.
 */
package dev.perennial.testbed.ca;
