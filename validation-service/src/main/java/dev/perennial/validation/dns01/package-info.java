/**
 * The challenge dns-01 (RFC 8555 section 8.4). The provider of the CNAME target writes the record, and
 * every authoritative server must serve it before the challenge is answered, unless configured otherwise. A provider is one class that implements
 * {@link dev.perennial.validation.dns01.DnsProvider}. This package changes no record except its own values.
 */
package dev.perennial.validation.dns01;
