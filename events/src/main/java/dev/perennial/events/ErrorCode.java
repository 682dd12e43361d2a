package dev.perennial.events;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Arrays;
import java.util.Locale;

/**
 * The kinds of failure that Perennial reports. Append only: a published code keeps its meaning. Each has a section in
 * {@code docs/reference/errors.md} under its wire name.
 */
public enum ErrorCode {
    /** The value is not JSON. */
    MALFORMED_JSON(Reaction.REFUSE),
    /** A required field is absent, or a field does not have the type of the contract. */
    INVALID_FIELD(Reaction.REFUSE),
    /** The CloudEvents type or another required header is absent, or the type does not belong to the topic. */
    UNKNOWN_TYPE(Reaction.REFUSE),
    /** The event or body is larger than the contract allows. */
    TOO_LARGE(Reaction.REFUSE),
    /** An identifier is not a valid DNS name. */
    INVALID_NAME(Reaction.REFUSE),
    /** The request contains a wildcard, and no configured challenge type can validate one. */
    WILDCARD_NEEDS_DNS01(Reaction.REFUSE),
    /** The request contains an identifier twice. */
    DUPLICATE_NAME(Reaction.REFUSE),
    /** More than 100 identifiers. */
    TOO_MANY_NAMES(Reaction.REFUSE),
    /** The policy of this installation, or that of the owner, does not allow the name. */
    FORBIDDEN_NAME(Reaction.REFUSE),
    /** The target host is not registered. */
    UNKNOWN_HOST(Reaction.REFUSE),
    /** The issuer is not configured. */
    UNKNOWN_ISSUER(Reaction.REFUSE),
    /** The key type is not supported. */
    UNKNOWN_KEY_TYPE(Reaction.REFUSE),
    /** An order for the certificate with other properties is running. */
    ORDER_RUNNING(Reaction.REFUSE),
    /** The bearer token is missing or wrong. */
    UNAUTHENTICATED(Reaction.REFUSE),
    /** The principal has no right to this action on this resource. */
    ACCESS_DENIED(Reaction.REFUSE),
    /** No such resource. */
    NOT_FOUND(Reaction.REFUSE),
    /** The CA refused the request for a permanent reason (policy, CAA, unsupported identifier). */
    CA_REFUSED(Reaction.REFUSE),
    /** The CA could not be reached, answered 5xx, or timed out. */
    CA_UNAVAILABLE(Reaction.RETRY),
    /** The CA's rate limit; the next attempt follows its Retry-After. */
    CA_RATE_LIMITED(Reaction.RETRY),
    /** The CA's response violates RFC 8555, or contains a URL outside its directory's origin. */
    CA_MISBEHAVED(Reaction.RETRY),
    /** The self-check did not find the challenge response. */
    SELF_CHECK_FAILED(Reaction.RETRY),
    /** The CA did not find the challenge response. */
    CHALLENGE_FAILED(Reaction.RETRY),
    /** The CA offers no challenge for the identifier that this installation supports. */
    NO_USABLE_CHALLENGE(Reaction.REFUSE),
    /** The ACME order expired or became invalid before it was finalized. */
    ORDER_EXPIRED(Reaction.RETRY),
    /** The key, names, dates or chain of the issued certificate do not match the order. */
    CERTIFICATE_MISMATCH(Reaction.RETRY),
    /** Vault is sealed, unreachable, or refuses the service's requests. */
    VAULT_UNAVAILABLE(Reaction.RETRY),
    /** A step was not reported before its deadline. */
    STEP_TIMED_OUT(Reaction.RETRY),
    /** No entry of the host file matches the certificate. */
    NOT_CONFIGURED_ON_HOST(Reaction.RETRY),
    /** The key, certificate, chain and names of the bundle do not belong together. */
    BUNDLE_REJECTED(Reaction.RETRY),
    /** Files could not be written on the host. */
    INSTALL_FAILED(Reaction.RETRY),
    /** The configuration test of the server failed. */
    CONFIG_TEST_FAILED(Reaction.RETRY),
    /** The reload command failed. */
    RELOAD_FAILED(Reaction.RETRY),
    /** After the reload the handshake did not show the new certificate. */
    HANDSHAKE_MISMATCH(Reaction.RETRY),
    /** The issuer requires an action of its operator: agreement to its terms, or an external account binding. */
    ISSUER_NOT_READY(Reaction.RETRY),
    /** A resolver, a name server or a DNS provider could not be reached. */
    DNS_UNAVAILABLE(Reaction.RETRY),
    /** The DNS provider refused the record of a challenge, or no provider is configured for it. */
    DNS_UPDATE_REFUSED(Reaction.RETRY),
    /** A defect of Perennial. */
    INTERNAL(Reaction.RETRY),
    /** The order waits until the CA's limits allow it. */
    WAITING_FOR_BUDGET(Reaction.RETRY),
    /** A name of the order has failed so often that its orders are suspended for a time. */
    NAME_QUARANTINED(Reaction.RETRY),
    /** The issuer is defined in a file and can only be changed there. */
    ISSUER_MANAGED_BY_FILE(Reaction.REFUSE),
    /** The issuer has changed since the caller read it. */
    ISSUER_CHANGED(Reaction.REFUSE),
    /** The issuer cannot be deleted while certificates or other issuers refer to it. */
    ISSUER_IN_USE(Reaction.REFUSE),
    /** No certificate can be revoked: none was issued, or it has expired or is already revoked. */
    NOTHING_TO_REVOKE(Reaction.REFUSE),
    /** The state of the replacement does not allow this action. */
    REPLACEMENT_CONFLICT(Reaction.REFUSE),
    /** A replacement was paused automatically, because too many of its certificates failed. */
    REPLACEMENT_STOPPED(Reaction.REFUSE),
    /** The certificate is retired: Perennial does not renew it. */
    CERTIFICATE_RETIRED(Reaction.REFUSE),
    /** A name that could not be validated any more was dropped from the certificate, so that the others are renewed. */
    NAME_DROPPED(Reaction.REFUSE),
    /** The order waits until fewer orders of its issuer are in progress. */
    WAITING_FOR_CAPACITY(Reaction.RETRY),
    /** The policy of the owner does not allow the request. */
    FORBIDDEN_FOR_OWNER(Reaction.REFUSE),
    /** Requests of the owner have created as many orders in 24 hours as its policy allows. */
    OWNER_LIMIT_REACHED(Reaction.REFUSE),
    /** The policy has changed since the caller read it. */
    POLICY_CHANGED(Reaction.REFUSE),
    /** The host cannot be removed while certificates name it. */
    HOST_IN_USE(Reaction.REFUSE),
    /** The principal has used a costly endpoint too often within a minute. */
    TOO_MANY_REQUESTS(Reaction.RETRY),
    /** The request was rejected by a person who could approve it. */
    APPROVAL_REJECTED(Reaction.REFUSE),
    /** The request was not approved in time. */
    APPROVAL_EXPIRED(Reaction.REFUSE),
    /** The approval cannot be decided so: it is decided already, it has expired, or the request is no longer allowed. */
    APPROVAL_CONFLICT(Reaction.REFUSE),
    /** As many requests wait for an approval as may. */
    TOO_MANY_APPROVALS(Reaction.REFUSE),
    /** The new owner of a certificate has a certificate with its name. */
    NAME_IN_USE(Reaction.REFUSE);

    /** The reaction that the failure requires. */
    public enum Reaction {
        /** The same request fails again; the requester or an operator must change something. */
        REFUSE,
        /** A later attempt can succeed. */
        RETRY
    }

    private final Reaction reaction;

    ErrorCode(Reaction reaction) {
        this.reaction = reaction;
    }

    public Reaction reaction() {
        return reaction;
    }

    /** The name on the wire and the anchor of its section, for example {@code ca-rate-limited}. */
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
        // A newer version of another service may send an unknown code: additions must not stop this reader.
        return Arrays.stream(values())
                .filter(code -> code.wireName().equals(name))
                .findFirst()
                .orElse(INTERNAL);
    }
}
