package dev.perennial.agent.target.includefile;

import dev.perennial.agent.check.Pem;
import dev.perennial.agent.files.DurableFiles;
import dev.perennial.agent.files.Generations;
import dev.perennial.agent.target.CrashPoint;
import dev.perennial.agent.target.CrashPoints;
import dev.perennial.agent.target.Generation;
import dev.perennial.events.CertificateId;
import dev.perennial.vault.Bundle;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/**
 * One certificate's files on this host. The include file is the only truth: what it names is installed. While a switch is
 * not proven, {@code pending.conf} holds what the include said when it last was; so a process that finds one knows that
 * somebody died in the middle, and where the way back leads.
 */
public final class IncludeFileTarget {
    private final IncludeFileLocation site;
    private final CrashPoints waypoints;
    private final Generations generations;
    private final Path pending;
    private final Path previous;

    public IncludeFileTarget(IncludeFileLocation site, CrashPoints waypoints) {
        this.site = site;
        this.waypoints = waypoints;
        this.generations = new Generations(site, waypoints);
        this.pending = site.directory().resolve("pending.conf");
        this.previous = site.directory().resolve("previous.conf");
    }

    /** Writes the bundle's generation; nothing that a server reads is changed. */
    public Generation prepare(Bundle bundle) throws IOException {
        return generations.prepare(bundle);
    }

    /** The generation that the include names, if it holds exactly this bundle. */
    public Optional<Generation> holding(Bundle bundle) throws IOException {
        Optional<Path> directory = read(site.include()).flatMap(this::generation);
        return directory.isPresent() && generations.holds(directory.get(), bundle)
                ? Optional.of(new Generation(directory.get(), bundle.fingerprint()))
                : Optional.empty();
    }

    /** Whose certificate is installed here; empty where none of ours is. */
    public Optional<CertificateId> holder() throws IOException {
        Optional<Path> directory = read(site.include()).flatMap(this::generation);
        return directory.isEmpty()
                ? Optional.empty()
                : read(directory.get().resolve(Generation.CERTIFICATE_ID))
                        .map(String::strip)
                        .map(CertificateId::of);
    }

    /** Keeps the way back, then lets the include name the generation, by one rename. */
    public void switchTo(Generation generation) throws IOException {
        if (!Files.exists(pending)) {
            DurableFiles.replace(pending, read(site.include()).orElse(""));
        }
        waypoints.passed(CrashPoint.WAY_BACK_KEPT, site);
        DurableFiles.replace(
                site.include(), site.server().syntax().include(generation.fullChain(), generation.privateKey()));
        waypoints.passed(CrashPoint.INCLUDE_SWITCHED, site);
        DurableFiles.link(site.live(), generation.directory());
        waypoints.passed(CrashPoint.LINK_SWITCHED, site);
    }

    /** The switch is proven: the way back becomes history, and old generations go. */
    public void commit() throws IOException {
        Optional<Path> current = read(site.include()).flatMap(this::generation);
        if (current.isPresent()) {
            DurableFiles.link(site.live(), current.get());
        }
        if (Files.exists(pending)) {
            DurableFiles.move(pending, previous);
        }
        Set<Path> referred = new HashSet<>();
        current.ifPresent(referred::add);
        read(previous).flatMap(this::generation).ifPresent(referred::add);
        generations.prune(referred);
        waypoints.passed(CrashPoint.COMMITTED, site);
    }

    /** The leaf that was installed before the switch; empty where there was none or its file cannot be read. */
    public Optional<String> fingerprintBefore() {
        try {
            Optional<Path> chain = read(pending).flatMap(site.server().syntax()::chainFile);
            return chain.isEmpty()
                    ? Optional.empty()
                    : read(chain.get())
                            .map(text -> Pem.fingerprint(Pem.certificates(text).getFirst()));
        } catch (IOException | IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    /** Puts the include back as it was before the switch, or takes it away where there was none. */
    public void restore() throws IOException {
        Optional<String> before = read(pending);
        if (before.isEmpty()) {
            return;
        }
        if (before.get().isEmpty()) {
            DurableFiles.delete(site.include());
        } else {
            DurableFiles.replace(site.include(), before.get());
        }
        waypoints.passed(CrashPoint.INCLUDE_RESTORED, site);
        Optional<Path> generation = generation(before.get());
        if (generation.isPresent()) {
            DurableFiles.link(site.live(), generation.get());
        } else {
            DurableFiles.delete(site.live());
        }
    }

    /** The way back has been walked, proven or not: the include is what it was, and nothing is pending. */
    public void forgetSwitch() throws IOException {
        DurableFiles.delete(pending);
    }

    private Optional<Path> generation(String include) {
        return site.server()
                .syntax()
                .chainFile(include)
                .map(Path::getParent)
                .filter(directory -> directory.startsWith(site.directory()));
    }

    private static Optional<String> read(Path file) throws IOException {
        try {
            return Optional.of(Files.readString(file));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
    }
}
