package dev.perennial.agent.targets.onefile;

import dev.perennial.agent.files.DurableFiles;
import dev.perennial.agent.files.Generations;
import dev.perennial.agent.files.KeyFileAccess;
import dev.perennial.agent.targets.CrashPoints;
import dev.perennial.agent.targets.Target;
import dev.perennial.agent.targets.TargetEntry;
import dev.perennial.agent.targets.TargetGroup;
import dev.perennial.agent.targets.Verification;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** One entry of the host file's {@code certificates} whose targets are one file each. */
public record OneFileEntry(
        NamePattern match,
        TargetGroup group,
        PathTemplate directory,
        PathTemplate file,
        FileContent content,
        KeyFileAccess keyAccess,
        List<Verification> verifications)
        implements TargetEntry {
    public OneFileEntry {
        verifications = List.copyOf(verifications);
    }

    @Override
    public boolean matches(String certificateName) {
        return match.matches(certificateName);
    }

    @Override
    public Optional<String> onlyName() {
        return match.isText() ? Optional.of(match.pattern()) : Optional.empty();
    }

    @Override
    public Optional<Target> target(String certificateName, CrashPoints crashPoints) {
        OneFileLocation location = new OneFileLocation(
                certificateName,
                group,
                directory.path(certificateName),
                file.path(certificateName),
                content,
                keyAccess,
                verifications);
        // The files of a certificate named "live" would be in the folder of the links.
        return location.directory().equals(location.live().getParent())
                ? Optional.empty()
                : Optional.of(new OneFileTarget(location, crashPoints));
    }

    @Override
    public void deleteUnfinished() throws IOException {
        PathTemplate.Folders folders = directory.folders();
        for (Path above : folders.above()) {
            // A dry run writes into the deepest folder that exists.
            OneFileTrial.deleteUnfinished(above);
        }
        for (Path certificate : folders.last()) {
            Generations.deleteUnfinished(certificate);
            Files.deleteIfExists(DurableFiles.unfinished(certificate.resolve(OneFileTarget.PENDING)));
        }
        deleteUnfinishedFiles();
    }

    private void deleteUnfinishedFiles() throws IOException {
        PathTemplate unfinished =
                new PathTemplate(DurableFiles.unfinished(Path.of(file.text())).toString());
        for (Path folder : new PathTemplate(
                        Path.of(unfinished.text()).getParent().toString())
                .folders()
                .last()) {
            String name =
                    Path.of(unfinished.pattern(match).pattern()).getFileName().toString();
            if (Files.isReadable(folder)) {
                try (DirectoryStream<Path> left = Files.newDirectoryStream(folder, name)) {
                    for (Path file : left) {
                        Files.delete(file);
                    }
                }
            }
        }
    }

    /** The paths that only this entry may use: of the directories, the files, and the links. */
    private List<NamePattern> paths() {
        Path directoryPath = Path.of(directory.text());
        PathTemplate live = new PathTemplate(
                directoryPath.resolveSibling("live").resolve("{name}").toString());
        return List.of(directory.pattern(match), file.pattern(match), live.pattern(match));
    }

    /** Whether targets of both entries, of one certificate or of two, could use the same path. */
    public boolean sharesPath(OneFileEntry other) {
        return paths().stream().anyMatch(path -> other.paths().stream().anyMatch(path::intersects));
    }

    /** Whether targets of both entries could write the same file. */
    public boolean sharesFile(OneFileEntry other) {
        return file.pattern(match).intersects(other.file.pattern(other.match));
    }
}
