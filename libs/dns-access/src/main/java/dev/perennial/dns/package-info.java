/**
 * DNS queries: addresses, zones, authoritative servers, CNAME chains, CAA and DNSSEC status. Services use it to check
 * a name before the CA does. This package never changes a record and never caches an answer: a cached answer may hide
 * the change that its callers wait for.
 */
package dev.perennial.dns;
