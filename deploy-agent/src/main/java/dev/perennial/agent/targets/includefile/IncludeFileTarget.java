package dev.perennial.agent.targets.includefile;

import dev.perennial.agent.check.Pem;
import dev.perennial.agent.files.DurableFiles;
import dev.perennial.agent.files.Generations;
import dev.perennial.agent.targets.CrashPoint;
import dev.perennial.agent.targets.CrashPoints;
import dev.perennial.agent.targets.Generation;
import dev.perennial.agent.targets.Target;
import dev.perennial.agent.targets.Verification;
import dev.perennial.events.CertificateId;
import dev.perennial.events.OrderId;
import dev.perennial.vault.Bundle;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The files of one certificate on this host. Only the include file defines which generation is installed. Until an
 * activation is proven, {@code pending.conf} contains the previous content of the include file: if it exists at start,
 * an activation was interrupted, and its content can be restored.
 */
public final class IncludeFileTarget implements Target {
    private final IncludeFileLocation location;
    private final CrashPoints crashPoints;
    private final Generations generations;
    private final Path pending;
    private final Path previous;

    public IncludeFileTarget(IncludeFileLocation location, CrashPoints crashPoints) {
        this.location = location;
        this.crashPoints = crashPoints;
        this.generations =
                new Generations(location.certificateName(), location.directory(), location.keyAccess(), crashPoints);
        this.pending = location.directory().resolve("pending.conf");
        this.previous = location.directory().resolve("previous.conf");
    }

    @Override
    public String certificateName() {
        return location.certificateName();
    }

    @Override
    public WebServer group() {
        return location.server();
    }

    @Override
    public List<Verification> verifications() {
        return location.verifications();
    }

    /** For tests. */
    public IncludeFileLocation location() {
        return location;
    }

    @Override
    public IncludeFileTrial trial(OrderId order) {
        return new IncludeFileTrial(location, order);
    }

    @Override
    public List<Path> writtenFolders() {
        return List.of(location.directory(), location.include().getParent());
    }

    @Override
    public Generation prepare(Bundle bundle) throws IOException {
        return generations.prepare(bundle);
    }

    @Override
    public Optional<Generation> active(Bundle bundle) throws IOException {
        Optional<Path> directory = read(location.include()).flatMap(this::generation);
        return directory.isPresent() && generations.holds(directory.get(), bundle)
                ? Optional.of(new Generation(directory.get(), bundle.fingerprint()))
                : Optional.empty();
    }

    @Override
    public Optional<CertificateId> holder() throws IOException {
        Optional<Path> directory = read(location.include()).flatMap(this::generation);
        return directory.isEmpty()
                ? Optional.empty()
                : read(directory.get().resolve(Generation.CERTIFICATE_ID)).flatMap(IncludeFileTarget::certificateId);
    }

    /** Empty if the file is damaged: the next deployment then replaces the generation. */
    private static Optional<CertificateId> certificateId(String text) {
        try {
            return Optional.of(CertificateId.of(text.strip()));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    /** The atomic write is the rename of the include file. */
    @Override
    public void activate(Generation generation) throws IOException {
        if (!Files.exists(pending)) {
            DurableFiles.replace(pending, read(location.include()).orElse(""));
        }
        crashPoints.passed(CrashPoint.WAY_BACK_STORED, location.certificateName());
        DurableFiles.replace(
                location.include(),
                location.server().syntax().include(generation.fullChain(), generation.privateKey()));
        crashPoints.passed(CrashPoint.INCLUDE_SWITCHED, location.certificateName());
        DurableFiles.link(location.live(), generation.directory());
        crashPoints.passed(CrashPoint.LINK_SWITCHED, location.certificateName());
    }

    @Override
    public void commit() throws IOException {
        // First, so that no later failure leaves old data for the next rollback.
        if (Files.exists(pending)) {
            if (read(pending).equals(read(location.include()))) {
                // The generation was already installed: its predecessor stays the previous one.
                DurableFiles.delete(pending);
            } else {
                DurableFiles.move(pending, previous);
            }
        }
        Optional<Path> current = read(location.include()).flatMap(this::generation);
        if (current.isPresent()) {
            generations.restoreKeyAccess(current.get());
            DurableFiles.link(location.live(), current.get());
        }
        Set<Path> referred = new HashSet<>();
        current.ifPresent(referred::add);
        read(previous).flatMap(this::generation).ifPresent(referred::add);
        generations.prune(referred);
        crashPoints.passed(CrashPoint.COMMITTED, location.certificateName());
    }

    @Override
    public Optional<X509Certificate> previousLeaf() {
        try {
            Optional<Path> chain =
                    read(pending).flatMap(location.server().syntax()::chainFile).flatMap(this::absolute);
            return chain.isEmpty() ? Optional.empty() : read(chain.get()).map(Pem::firstCertificate);
        } catch (IOException | IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    /** Replaces the include file by its previous content, or deletes it if there was none. */
    @Override
    public void restore() throws IOException {
        Optional<String> before = read(pending);
        if (before.isEmpty()) {
            return;
        }
        if (before.get().isEmpty()) {
            DurableFiles.delete(location.include());
        } else {
            DurableFiles.replace(location.include(), before.get());
        }
        crashPoints.passed(CrashPoint.INCLUDE_RESTORED, location.certificateName());
    }

    @Override
    public void endRollback() throws IOException {
        DurableFiles.delete(pending);
        // Last: the server does not read the link, so that its failure must not prevent the rollback.
        Optional<Path> current = read(location.include()).flatMap(this::generation);
        if (current.isPresent()) {
            DurableFiles.link(location.live(), current.get());
        } else {
            DurableFiles.delete(location.live());
        }
    }

    /**
     * A path in an include file is relative to the folder of the server's configuration, which contains the folder of
     * the include file. If another file is found, the proof of the rollback fails.
     */
    private Optional<Path> absolute(Path file) {
        return Stream.iterate(location.include().getParent(), Objects::nonNull, Path::getParent)
                .map(folder -> folder.resolve(file).normalize())
                .filter(Files::isRegularFile)
                .findFirst();
    }

    private Optional<Path> generation(String include) {
        return location.server()
                .syntax()
                .chainFile(include)
                .map(Path::getParent)
                .filter(directory -> directory.startsWith(location.directory()));
    }

    private static Optional<String> read(Path file) throws IOException {
        try {
            return Optional.of(Files.readString(file));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
    }
}
