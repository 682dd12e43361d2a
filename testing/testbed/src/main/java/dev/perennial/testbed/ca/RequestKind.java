package dev.perennial.testbed.ca;

/** What a request to the CA is for (RFC 8555 section 7.1), by Pebble's paths. */
public enum RequestKind {
    DIRECTORY("/dir", Room.ANY),
    NEW_NONCE("/nonce-plz", Room.ANY),
    NEW_ACCOUNT("/sign-me-up", Room.ANY),
    ACCOUNT("/my-account/", Room.ANY),
    NEW_ORDER("/order-plz", Room.NEW_ORDER),
    ORDER("/my-order/", Room.ANY),
    ORDERS("/list-orderz/", Room.ANY),
    AUTHORIZATION("/authZ/", Room.AUTHORIZATION),
    CHALLENGE("/chalZ/", Room.ANY),
    FINALIZE("/finalize-order/", Room.ANY),
    CERTIFICATE("/certZ/", Room.ANY),
    REVOCATION("/revoke-cert", Room.ANY),
    RENEWAL_INFO("/draft-ietf-acme-ari-03/renewalInfo/", Room.ANY),
    OTHER("/", Room.ANY);

    private final String path;
    private final Room room;

    RequestKind(String path, Room room) {
        this.path = path;
        this.room = room;
    }

    Room room() {
        return room;
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
