package dev.perennial.agent.targets;

import dev.perennial.events.CertificateId;
import dev.perennial.events.OrderId;
import dev.perennial.vault.Bundle;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * One destination of a certificate on this host. One atomic write changes what it presents. The target itself, and no
 * file beside it, says what is active. Every method can be repeated after a crash at any line.
 */
public interface Target {
    String certificateName();

    /** The targets that are validated, applied and locked together with this one. */
    TargetGroup group();

    /** The endpoint that proves what the target presents. */
    ProbeTarget probe();

    /** The certificate that is active; empty if none of ours is. */
    Optional<CertificateId> holder() throws IOException;

    /** The active generation, if it holds exactly this bundle. */
    Optional<Generation> active(Bundle bundle) throws IOException;

    /** Writes the bundle's generation, or finds it; changes nothing that is active. */
    Generation prepare(Bundle bundle) throws IOException;

    /** Stores the way back, then makes the generation active. */
    void activate(Generation generation) throws IOException;

    /** Ends a proven activation: the way back becomes history, and old generations are deleted. */
    void commit() throws IOException;

    /** SHA-256 of the leaf that was active before the activation; empty if there was none or it cannot be read. */
    Optional<String> previousFingerprint();

    /** Makes active again what was active before the activation. */
    void restore() throws IOException;

    /** Ends a rollback, proven or not: the way back is deleted. */
    void endRollback() throws IOException;

    /** The files of a dry run for the order; nothing that is active is touched. */
    Trial trial(OrderId order);

    /** The folders that the agent must be able to write to. */
    List<Path> writtenFolders();
}
