/**
 * The HTTP door for people and the CLI: asking for certificates and looking at them. It translates and nothing else; every
 * path needs the bearer token, every failure is a problem document (RFC 9457). It must never show a secret: there is none here.
 */
package dev.perennial.orders.rest;
