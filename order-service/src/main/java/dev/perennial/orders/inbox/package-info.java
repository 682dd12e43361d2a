/** What was heard already, so that a second delivery changes nothing. Called inside the caller's transaction only. */
package dev.perennial.orders.inbox;
