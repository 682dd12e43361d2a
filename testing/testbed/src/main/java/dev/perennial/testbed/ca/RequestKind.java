package dev.perennial.testbed.ca;

/** The kind of a request to the CA (RFC 8555 section 7.1), by Pebble's paths. */
public enum RequestKind {
    DIRECTORY("/dir", ExclusionGroup.ANY),
    NEW_NONCE("/nonce-plz", ExclusionGroup.ANY),
    NEW_ACCOUNT("/sign-me-up", ExclusionGroup.ANY),
    ACCOUNT("/my-account/", ExclusionGroup.ANY),
    NEW_ORDER("/order-plz", ExclusionGroup.NEW_ORDER),
    ORDER("/my-order/", ExclusionGroup.ANY),
    ORDERS("/list-orderz/", ExclusionGroup.ANY),
    AUTHORIZATION("/authZ/", ExclusionGroup.AUTHORIZATION),
    CHALLENGE("/chalZ/", ExclusionGroup.ANY),
    FINALIZE("/finalize-order/", ExclusionGroup.ANY),
    CERTIFICATE("/certZ/", ExclusionGroup.ANY),
    REVOCATION("/revoke-cert", ExclusionGroup.ANY),
    RENEWAL_INFO("/draft-ietf-acme-ari-03/renewalInfo/", ExclusionGroup.ANY),
    OTHER("/", ExclusionGroup.ANY);

    private final String path;
    private final ExclusionGroup group;

    RequestKind(String path, ExclusionGroup group) {
        this.path = path;
        this.group = group;
    }

    ExclusionGroup group() {
        return group;
    }

    static RequestKind of(String requestPath) {
        for (RequestKind kind : values()) {
            boolean matches =
                    kind.path.endsWith("/") ? requestPath.startsWith(kind.path) : requestPath.equals(kind.path);
            if (matches) {
                return kind;
            }
        }
        return OTHER;
    }
}
