/**
 * The CA of the testbed: Pebble, the DNS server that it asks, and a front before it that clients talk to. Certificates of
 * the testbed's own listeners are made here too, new for every run.
 */
package dev.perennial.testbed.ca;
