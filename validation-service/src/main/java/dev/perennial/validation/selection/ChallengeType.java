package dev.perennial.validation.selection;

import dev.perennial.acme.Authorization;
import java.util.Arrays;
import java.util.Optional;

/** The supported ACME challenge types. */
public enum ChallengeType {
    HTTP_01(Authorization.Challenge.HTTP_01),
    DNS_01(Authorization.Challenge.DNS_01),
    TLS_ALPN_01(Authorization.Challenge.TLS_ALPN_01);

    private final String challengeType;

    ChallengeType(String challengeType) {
        this.challengeType = challengeType;
    }

    public String challengeType() {
        return challengeType;
    }

    /** RFC 8555 section 8.4: only dns-01 validates wildcards. */
    boolean provesWildcards() {
        return this == DNS_01;
    }

    static Optional<ChallengeType> of(String challengeType) {
        return Arrays.stream(values())
                .filter(method -> method.challengeType.equals(challengeType))
                .findFirst();
    }
}
