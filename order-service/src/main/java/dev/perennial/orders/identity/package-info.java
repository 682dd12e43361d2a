/**
 * People and services that an identity provider (OpenID Connect) has authenticated: {@code IdentityProviders} verifies
 * their access tokens, and the rules of the provider derive grants from the claims.
 */
package dev.perennial.orders.identity;
