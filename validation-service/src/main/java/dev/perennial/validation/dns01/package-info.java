/**
 * The challenge dns-01 (RFC 8555 section 8.4): the record is written where CNAMEs lead to, by the provider whose name that
 * is, and every authoritative server has to show it before the CA is asked. A provider is one class behind {@link
 * dev.perennial.validation.dns01.DnsProvider}. It must never touch a record that is not a value of its own.
 */
package dev.perennial.validation.dns01;
