/**
 * Our own look from the outside, before the CA looks: from the name to its addresses, at every address, again and again until
 * a limit. What is looked for at an address is the challenge type's own. It must never decide about an order.
 */
package dev.perennial.validation.selfcheck;
