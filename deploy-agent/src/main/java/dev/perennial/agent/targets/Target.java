package dev.perennial.agent.targets;

import dev.perennial.events.CertificateId;
import dev.perennial.events.OrderId;
import dev.perennial.vault.Bundle;
import java.io.IOException;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;

/**
 * One destination of a certificate on this host. A single atomic write changes what it presents. The active state is
 * read from the target itself, not from a separate file. Every method can be repeated after a crash at any line.
 */
public interface Target {
    String certificateName();

    /** Names the target on this host, for reports: the server and what it reads. */
    String name();

    /** The targets that are validated, applied and locked together with this one. */
    TargetGroup group();

    /** The endpoints that prove what the target presents, at least one; it is proven only if all of them do. */
    List<Verification> verifications();

    /** The active certificate; empty if none of Perennial is active. */
    Optional<CertificateId> holder() throws IOException;

    /** The active generation, if it contains exactly this bundle. */
    Optional<Generation> active(Bundle bundle) throws IOException;

    /**
     * Makes a self-signed placeholder active if nothing is, so that a server can start before the first certificate. It
     * is never proven.
     */
    void preparePlaceholder() throws IOException;

    /** Writes the generation of the bundle, or finds it; leaves the active generation unchanged. */
    Generation prepare(Bundle bundle) throws IOException;

    /** Stores the data for a rollback, then makes the generation active. */
    void activate(Generation generation) throws IOException;

    /** Ends a proven activation: deletes the data for a rollback and old generations. */
    void commit() throws IOException;

    /** The leaf that was active before the activation; empty if there was none or it cannot be read. */
    Optional<X509Certificate> previousLeaf();

    /** Activates again the state from before the activation. */
    void restore() throws IOException;

    /** Ends a rollback, proven or not: deletes its data. */
    void endRollback() throws IOException;

    /** The files of a dry run for the order; the active files stay unchanged. */
    Trial trial(OrderId order);

    /** The folders that the agent must be able to write to. */
    List<Path> writtenFolders();
}
