package dev.perennial.agent.deploy;

/** What Vault holds for the host is not a bundle. The text never quotes it. */
final class UnreadableBundleException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    UnreadableBundleException(String why) {
        super("what Vault holds for this host cannot be read as a bundle: " + why);
    }
}
