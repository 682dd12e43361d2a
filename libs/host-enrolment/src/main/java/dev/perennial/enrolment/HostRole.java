package dev.perennial.enrolment;

/** The names of what a host has in Vault. */
final class HostRole {
    private HostRole() {}

    /** Of the AppRole and of the entity. */
    static String name(String host) {
        return "perennial-host-" + host;
    }

    static String path(String host) {
        return "auth/approle/role/" + name(host);
    }

    /** The request whose response is wrapped; Vault shows it for every wrapping token. */
    static String secretIdPath(String host) {
        return path(host) + "/secret-id";
    }

    static String entityPath(String host) {
        return "identity/entity/name/" + name(host);
    }
}
