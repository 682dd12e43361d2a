package dev.perennial.agent.targets.onefile;

import dev.perennial.agent.files.DurableFiles;
import dev.perennial.agent.files.Generations;
import dev.perennial.agent.targets.CrashPoint;
import dev.perennial.agent.targets.CrashPoints;
import dev.perennial.agent.targets.Generation;
import dev.perennial.agent.targets.Target;
import dev.perennial.agent.targets.TargetGroup;
import dev.perennial.agent.targets.Verification;
import dev.perennial.events.CertificateId;
import dev.perennial.events.OrderId;
import dev.perennial.vault.Bundle;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A target that is one file. Only this file defines which generation is active. Until an activation is proven, {@code
 * pending} in the target's directory contains the previous content of the file: if it exists at start, an activation was
 * interrupted, and its content can be restored.
 */
public final class OneFileTarget implements Target {
    /** The content of a file that does not exist. */
    private static final byte[] ABSENT = {};

    /** Its content before the activation. */
    static final String PENDING = "pending";

    private final OneFileLocation location;
    private final CrashPoints crashPoints;
    private final Generations generations;
    private final Path pending;
    private final Path previous;

    public OneFileTarget(OneFileLocation location, CrashPoints crashPoints) {
        this.location = location;
        this.crashPoints = crashPoints;
        this.generations =
                new Generations(location.certificateName(), location.directory(), location.keyAccess(), crashPoints);
        this.pending = location.directory().resolve(PENDING);
        this.previous = location.directory().resolve("previous");
    }

    @Override
    public String certificateName() {
        return location.certificateName();
    }

    @Override
    public String name() {
        return location.group().name() + " " + location.file();
    }

    @Override
    public TargetGroup group() {
        return location.group();
    }

    @Override
    public List<Verification> verifications() {
        return location.verifications();
    }

    /** For tests. */
    public OneFileLocation location() {
        return location;
    }

    @Override
    public OneFileTrial trial(OrderId order) {
        return new OneFileTrial(location, order);
    }

    @Override
    public List<Path> writtenFolders() {
        return List.of(location.directory(), location.file().getParent());
    }

    @Override
    public Generation prepare(Bundle bundle) throws IOException {
        return generations.prepare(bundle);
    }

    @Override
    public Optional<Generation> active(Bundle bundle) throws IOException {
        Optional<Path> directory = generation(location.file());
        return directory.isPresent() && generations.holds(directory.get(), bundle)
                ? Optional.of(new Generation(directory.get(), bundle.fingerprint()))
                : Optional.empty();
    }

    @Override
    public Optional<CertificateId> holder() throws IOException {
        Optional<Path> directory = generation(location.file());
        return directory.isEmpty()
                ? Optional.empty()
                : read(directory.get().resolve(Generation.CERTIFICATE_ID)).flatMap(OneFileTarget::certificateId);
    }

    /** Empty if the file is damaged: the next deployment then replaces the generation. */
    private static Optional<CertificateId> certificateId(byte[] text) {
        try {
            return Optional.of(CertificateId.of(new String(text, StandardCharsets.UTF_8).strip()));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    /** The atomic write is the rename of the file. */
    @Override
    public void activate(Generation generation) throws IOException {
        byte[] content = location.content().render(generation.directory());
        if (!Files.exists(pending)) {
            replace(pending, beforeActivation());
        }
        crashPoints.passed(CrashPoint.WAY_BACK_STORED, location.certificateName());
        replace(location.file(), content);
        crashPoints.passed(CrashPoint.ACTIVATED, location.certificateName());
        DurableFiles.link(location.live(), generation.directory());
        crashPoints.passed(CrashPoint.LINK_SWITCHED, location.certificateName());
    }

    /** A server does not start without a file that its configuration names: a rollback then restores a placeholder. */
    private byte[] beforeActivation() throws IOException {
        Optional<byte[]> before = read(location.file());
        return before.isPresent() ? before.get() : placeholder();
    }

    private byte[] placeholder() throws IOException {
        return location.content().render(generations.preparePlaceholder(() -> {
            PlaceholderCertificate created = PlaceholderCertificate.create(Instant.now());
            return List.of(created.certificate(), created.privateKey());
        }));
    }

    @Override
    public void preparePlaceholder() throws IOException {
        if (!Files.exists(location.file())) {
            replace(location.file(), placeholder());
        }
    }

    @Override
    public void commit() throws IOException {
        // First, so that no later failure leaves old data for the next rollback.
        if (Files.exists(pending)) {
            if (Arrays.equals(Files.readAllBytes(pending), read(location.file()).orElse(ABSENT))) {
                // The generation was already installed: its predecessor stays the previous one.
                DurableFiles.delete(pending);
            } else {
                DurableFiles.move(pending, previous);
            }
        }
        Optional<Path> current = generation(location.file());
        if (current.isPresent()) {
            generations.restoreKeyAccess(current.get());
            DurableFiles.setAccess(location.file(), location.fileAccess());
            DurableFiles.link(location.live(), current.get());
        }
        Set<Path> referred = new HashSet<>();
        current.ifPresent(referred::add);
        generation(previous).ifPresent(referred::add);
        generations.prune(referred);
        crashPoints.passed(CrashPoint.COMMITTED, location.certificateName());
    }

    @Override
    public Optional<X509Certificate> previousLeaf() {
        try {
            Optional<byte[]> before = read(pending);
            return before.isEmpty()
                    ? Optional.empty()
                    : location.content()
                            .leaf(before.get(), location.file())
                            .filter(leaf -> !PlaceholderCertificate.is(leaf));
        } catch (IOException | IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    /** Replaces the file by its previous content, or deletes it if there was none. */
    @Override
    public void restore() throws IOException {
        Optional<byte[]> before = read(pending);
        if (before.isEmpty()) {
            return;
        }
        if (before.get().length == 0) {
            DurableFiles.delete(location.file());
        } else {
            replace(location.file(), before.get());
        }
        crashPoints.passed(CrashPoint.RESTORED, location.certificateName());
    }

    @Override
    public void endRollback() throws IOException {
        DurableFiles.delete(pending);
        // Last: the server does not read the link, so that its failure must not prevent the rollback.
        Optional<Path> current =
                generation(location.file()).filter(generation -> !Generations.isPlaceholder(generation));
        if (current.isPresent()) {
            DurableFiles.link(location.live(), current.get());
        } else {
            DurableFiles.delete(location.live());
        }
    }

    private void replace(Path file, byte[] content) throws IOException {
        DurableFiles.replace(file, content, location.fileAccess());
    }

    /** The generation that the server presents with the content of the file. */
    private Optional<Path> generation(Path file) throws IOException {
        Optional<byte[]> content = read(file);
        if (content.isPresent()) {
            for (Path generation : generations.all()) {
                if (location.content().isOf(content.get(), generation)) {
                    return Optional.of(generation);
                }
            }
        }
        return Optional.empty();
    }

    private static Optional<byte[]> read(Path file) throws IOException {
        try {
            return Optional.of(Files.readAllBytes(file));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
    }
}
