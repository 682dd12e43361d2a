package dev.perennial.orders.identity;

import java.util.List;
import java.util.Map;
import org.jose4j.jwa.AlgorithmConstraints;
import org.jose4j.jwa.AlgorithmConstraints.ConstraintType;
import org.jose4j.jwk.JsonWebKey;
import org.jose4j.jws.AlgorithmIdentifiers;
import org.jose4j.jwt.consumer.ErrorCodes;
import org.jose4j.jwt.consumer.InvalidJwtException;
import org.jose4j.jwt.consumer.JwtConsumer;
import org.jose4j.jwt.consumer.JwtConsumerBuilder;
import org.jose4j.keys.resolvers.JwksVerificationKeyResolver;
import org.jose4j.lang.UnresolvableKeyException;

/** Verifies the tokens of one provider (RFC 7519; RFC 8725 for the algorithms). */
final class TokenVerifier {
    /** Of the provider and of this machine. */
    private static final int CLOCK_SKEW_SECONDS = 30;

    /** Signatures with public keys only: no HMAC, and never {@code none}. */
    private static final AlgorithmConstraints ALGORITHMS = new AlgorithmConstraints(
            ConstraintType.PERMIT,
            AlgorithmIdentifiers.RSA_USING_SHA256,
            AlgorithmIdentifiers.RSA_USING_SHA384,
            AlgorithmIdentifiers.RSA_USING_SHA512,
            AlgorithmIdentifiers.RSA_PSS_USING_SHA256,
            AlgorithmIdentifiers.RSA_PSS_USING_SHA384,
            AlgorithmIdentifiers.RSA_PSS_USING_SHA512,
            AlgorithmIdentifiers.ECDSA_USING_P256_CURVE_AND_SHA256,
            AlgorithmIdentifiers.ECDSA_USING_P384_CURVE_AND_SHA384,
            AlgorithmIdentifiers.ECDSA_USING_P521_CURVE_AND_SHA512,
            AlgorithmIdentifiers.EDDSA);

    private final IdentityProvider provider;

    TokenVerifier(IdentityProvider provider) {
        this.provider = provider;
    }

    /** The token was signed with a key that is not among the known ones. */
    static final class UnknownKeyException extends Exception {
        private static final long serialVersionUID = 1L;

        UnknownKeyException(Throwable cause) {
            super("the token is signed with an unknown key", cause);
        }
    }

    /**
     * @param claims of the token
     * @throws TokenRejectedException if the token is not valid
     */
    void verify(String token, TokenClaims claims, List<JsonWebKey> keys) throws UnknownKeyException {
        JwtConsumer consumer = new JwtConsumerBuilder()
                .setJwsAlgorithmConstraints(ALGORITHMS)
                .setVerificationKeyResolver(new JwksVerificationKeyResolver(keys))
                .setExpectedIssuer(provider.issuer().toString())
                .setExpectedAudience(provider.audience())
                .setRequireSubject()
                .setRequireExpirationTime()
                .setAllowedClockSkewInSeconds(CLOCK_SKEW_SECONDS)
                .build();
        try {
            consumer.processToClaims(token);
        } catch (InvalidJwtException e) {
            if (e.getCause() instanceof UnresolvableKeyException) {
                throw new UnknownKeyException(e);
            }
            throw new TokenRejectedException(reason(e));
        }
        for (Map.Entry<String, String> required : provider.requiredClaims().entrySet()) {
            if (!claims.values(required.getKey()).contains(required.getValue())) {
                throw new TokenRejectedException(
                        "the claim '" + required.getKey() + "' does not have the required value");
            }
        }
    }

    /** Nothing of the token is repeated. */
    private static String reason(InvalidJwtException invalid) {
        if (invalid.hasErrorCode(ErrorCodes.EXPIRED)) {
            return "the token has expired";
        }
        if (invalid.hasErrorCode(ErrorCodes.NOT_YET_VALID)) {
            return "the token is not valid yet; check the clocks";
        }
        if (invalid.hasErrorCode(ErrorCodes.AUDIENCE_INVALID) || invalid.hasErrorCode(ErrorCodes.AUDIENCE_MISSING)) {
            return "the token is for another audience";
        }
        return "the token is not valid";
    }
}
