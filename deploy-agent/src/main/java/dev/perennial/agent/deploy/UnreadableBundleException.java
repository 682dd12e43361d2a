package dev.perennial.agent.deploy;

/** A secret in Vault for this host is not a bundle. The text never quotes the secret. */
final class UnreadableBundleException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    UnreadableBundleException(String reason) {
        super("the bundle in Vault for this host cannot be read: " + reason);
    }
}
