package dev.perennial.orders.identity;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import io.smallrye.config.WithParentName;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Identity providers (OpenID Connect) whose access tokens the REST API accepts. Default: none. */
@ConfigMapping(prefix = "perennial.identity-providers")
public interface IdentityProvidersConfig {
    /** By name. The name is a part of each principal: {@code user:alice@<name>}. */
    @WithParentName
    Map<String, Provider> providers();

    /** An identity provider, for example a realm of Keycloak, or the API server of a Kubernetes cluster. */
    interface Provider {
        /**
         * Its issuer identifier, exactly as in the claim {@code iss} of its tokens. The metadata is below it, at {@code
         * /.well-known/openid-configuration}. https; http on a loopback address only.
         */
        URI issuer();

        /**
         * The audience of this installation alone, not of another one and not the id of a client: the claim {@code aud} of
         * a token must contain it.
         */
        String audience();

        /**
         * The claim that identifies the caller. It must never be given to another person, and callers must be unable to
         * change theirs.
         */
        @WithDefault("sub")
        String principalClaim();

        /** PEM file with the roots that the provider's own TLS certificate must chain to. Default: those of the JVM. */
        Optional<Path> trustedRootsFile();

        /**
         * Values that claims must have, for example {@code typ=Bearer} for access tokens of Keycloak, so that no other kind
         * of token is accepted.
         */
        Map<String, String> requiredClaims();

        /** Grants for the tokens in which a claim has a value; without any, its tokens may do nothing. */
        @WithDefault("")
        List<Rule> grants();
    }

    /** A grant for each token in which a claim has a value. */
    interface Rule {
        /** The claim, for example {@code groups}; a path with slashes for nested ones: {@code realm_access/roles}. */
        String claim();

        /** The value; {@code *} stands for any text. */
        String value();

        /** {@code viewer}, {@code requester}, {@code approver}, {@code operator} or {@code admin}. */
        String role();

        /** Owners whose certificates the grant covers; {@code *} for all. Either this or {@code owners-claim}. */
        Optional<List<String>> owners();

        /** A claim whose values are the owners; values that are no name of an owner are skipped. */
        Optional<String> ownersClaim();

        /** Prefix of the values in {@code owners-claim}, for example {@code /teams/}; others are skipped. Default: none. */
        Optional<String> ownersPrefix();

        /** Names of certificates, or patterns with {@code *}. Default: all. */
        Optional<List<String>> names();

        /** Issuers. Default: all. */
        Optional<List<String>> issuers();
    }
}
