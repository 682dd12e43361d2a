/**
 * How the responder of an installation is known from the outside: the two sides of one agreement. Used by the responders and by
 * who tests the way to them. It must never be of use to a CA.
 */
package dev.perennial.platform.probe;
