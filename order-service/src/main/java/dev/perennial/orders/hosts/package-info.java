/** The keys of hosts, and the signatures of their reports. */
package dev.perennial.orders.hosts;
