package dev.perennial.events;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Arrays;
import java.util.Locale;

/**
 * Every kind of failure that Perennial reports. Append only: a code, once published, keeps its meaning.
 * Each has a section in {@code docs/reference/errors.md} under its wire name.
 */
public enum ErrorCode {
    /** The value is not JSON. */
    MALFORMED_JSON(Reaction.REFUSE),
    /** A required field is absent, or a field has another type than the contract says. */
    INVALID_FIELD(Reaction.REFUSE),
    /** The CloudEvents type (or another required header) is absent or not one the topic carries. */
    UNKNOWN_TYPE(Reaction.REFUSE),
    /** The event or body is larger than the contract allows. */
    TOO_LARGE(Reaction.REFUSE),
    /** An identifier is not a valid DNS name. */
    INVALID_NAME(Reaction.REFUSE),
    /** A wildcard was asked for, and no challenge that can prove one is configured. */
    WILDCARD_NEEDS_DNS01(Reaction.REFUSE),
    /** The same identifier stands twice in one request. */
    DUPLICATE_NAME(Reaction.REFUSE),
    /** More than 100 identifiers. */
    TOO_MANY_NAMES(Reaction.REFUSE),
    /** The policy of this installation does not allow the name. */
    FORBIDDEN_NAME(Reaction.REFUSE),
    /** A target host nobody knows. */
    UNKNOWN_HOST(Reaction.REFUSE),
    /** An issuer nobody configured. */
    UNKNOWN_ISSUER(Reaction.REFUSE),
    /** A key type we do not make. */
    UNKNOWN_KEY_TYPE(Reaction.REFUSE),
    /** Another request for the certificate is running and asks for something else. */
    ORDER_RUNNING(Reaction.REFUSE),
    /** No bearer token, or a wrong one. */
    UNAUTHENTICATED(Reaction.REFUSE),
    /** No such resource. */
    NOT_FOUND(Reaction.REFUSE),
    /** The CA refused for a reason that the same request will meet again (policy, CAA, unsupported identifier). */
    CA_REFUSED(Reaction.REFUSE),
    /** The CA could not be reached, answered 5xx, or timed out. */
    CA_UNAVAILABLE(Reaction.RETRY),
    /** The CA's rate limit; the next attempt follows its Retry-After. */
    CA_RATE_LIMITED(Reaction.RETRY),
    /** The CA answered against RFC 8555, or with a URL outside its directory's origin. */
    CA_MISBEHAVED(Reaction.RETRY),
    /** Our own look at the challenge from the outside did not find the answer. */
    SELF_CHECK_FAILED(Reaction.RETRY),
    /** The CA looked and did not find the proof. */
    CHALLENGE_FAILED(Reaction.RETRY),
    /** The CA offers no challenge that we can answer for the identifier. */
    NO_USABLE_CHALLENGE(Reaction.REFUSE),
    /** The ACME order expired or became invalid before it was finalized. */
    ORDER_EXPIRED(Reaction.RETRY),
    /** The issued certificate does not match what was asked: key, names, dates or chain. */
    CERTIFICATE_MISMATCH(Reaction.RETRY),
    /** Vault is sealed, unreachable, or refuses us. */
    VAULT_UNAVAILABLE(Reaction.RETRY),
    /** A step did not report within its deadline. */
    STEP_TIMED_OUT(Reaction.RETRY),
    /** The host's own file does not say where this certificate goes. */
    NOT_CONFIGURED_ON_HOST(Reaction.RETRY),
    /** Key, certificate, chain and names handed to the host do not belong together. */
    BUNDLE_REJECTED(Reaction.RETRY),
    /** Files could not be written on the host. */
    INSTALL_FAILED(Reaction.RETRY),
    /** The server's own configuration test failed. */
    CONFIG_TEST_FAILED(Reaction.RETRY),
    /** The reload command failed. */
    RELOAD_FAILED(Reaction.RETRY),
    /** After the reload the handshake did not show the new certificate. */
    HANDSHAKE_MISMATCH(Reaction.RETRY),
    /** An issuer lacks something that only its operator can give: agreement to its terms, an external account binding. */
    ISSUER_NOT_READY(Reaction.RETRY),
    /** A resolver, a name server or a DNS provider could not be reached. */
    DNS_UNAVAILABLE(Reaction.RETRY),
    /** The DNS provider was reached and did not take the record of a challenge, or nobody is configured to take it. */
    DNS_UPDATE_REFUSED(Reaction.RETRY),
    /** A defect of Perennial itself. */
    INTERNAL(Reaction.RETRY),
    /** The order is placed when the CA's limits have room for it. */
    WAITING_FOR_BUDGET(Reaction.RETRY),
    /** A name of the order has failed so often that it is left alone for a while. */
    NAME_QUARANTINED(Reaction.RETRY),
    /** The issuer is described in a file, and only changed there. */
    ISSUER_MANAGED_BY_FILE(Reaction.REFUSE),
    /** Somebody else changed the issuer since the caller looked at it. */
    ISSUER_CHANGED(Reaction.REFUSE),
    /** The issuer cannot be deleted while certificates or other issuers name it. */
    ISSUER_IN_USE(Reaction.REFUSE),
    /** There is no certificate that could be revoked: none was issued, it has expired, or it is revoked. */
    NOTHING_TO_REVOKE(Reaction.REFUSE),
    /** A replacement is not in the state in which that can be done to it. */
    REPLACEMENT_CONFLICT(Reaction.REFUSE),
    /** A replacement has paused by itself, because too much of it went wrong. */
    REPLACEMENT_STOPPED(Reaction.REFUSE),
    /** Nobody keeps the certificate alive any more. */
    CERTIFICATE_RETIRED(Reaction.REFUSE),
    /** A name that cannot be proven any more was taken out of the certificate, so that the others stay alive. */
    NAME_DROPPED(Reaction.REFUSE);

    /** What the failure calls for. */
    public enum Reaction {
        /** The same request will fail again: somebody has to change something. */
        REFUSE,
        /** Worth another attempt later. */
        RETRY
    }

    private final Reaction reaction;

    ErrorCode(Reaction reaction) {
        this.reaction = reaction;
    }

    public Reaction reaction() {
        return reaction;
    }

    /** The name on the wire and the anchor of its page: {@code ca-rate-limited}. */
    @JsonValue
    public String wireName() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** The RFC 9457 {@code type} of the problem. */
    public String typeUri() {
        return "urn:perennial:error:" + wireName();
    }

    @JsonCreator
    static ErrorCode fromWire(String name) {
        // A newer neighbour may send a code we do not know yet: additive changes must not stop us.
        return Arrays.stream(values())
                .filter(code -> code.wireName().equals(name))
                .findFirst()
                .orElse(INTERNAL);
    }
}
