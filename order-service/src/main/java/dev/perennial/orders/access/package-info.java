/** Service tokens, the authorization of actions, and its record. */
package dev.perennial.orders.access;
