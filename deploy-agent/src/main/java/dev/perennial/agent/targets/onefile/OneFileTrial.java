package dev.perennial.agent.targets.onefile;

import dev.perennial.agent.files.DurableFiles;
import dev.perennial.agent.files.Generations;
import dev.perennial.agent.targets.Generation;
import dev.perennial.agent.targets.Trial;
import dev.perennial.events.OrderId;
import dev.perennial.vault.Bundle;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/**
 * The files of a dry run, in a folder beside the certificate's directory. It changes no file in that directory, no link
 * and no file that a server reads. The next start of the agent deletes files left by a killed process.
 */
final class OneFileTrial implements Trial {
    /** A leading dot excludes it from include patterns; no certificate name begins with a dot. */
    private static final String TRIAL_PREFIX = ".rehearsal-";

    private final OneFileLocation location;
    private final Path apart;

    OneFileTrial(OneFileLocation location, OrderId order) {
        this.location = location;
        this.apart = existing(location.directory().getParent()).resolve(TRIAL_PREFIX + order);
    }

    @Override
    public Generation write(Bundle bundle) throws IOException {
        close();
        Generation generation = new Generations(
                        location.certificateName(), apart, location.keyAccess(), (point, name) -> {})
                .prepare(bundle);
        location.content().render(generation.directory());
        checkThatTheFileCanBeReplaced();
        checkThatExistingFoldersAreWritable();
        return generation;
    }

    @Override
    public String fullChain(Generation generation) throws IOException {
        return Files.readString(generation.fullChain(), StandardCharsets.US_ASCII);
    }

    @Override
    public String privateKey(Generation generation) throws IOException {
        return Files.readString(generation.privateKey(), StandardCharsets.US_ASCII);
    }

    /** An activation writes the new file beside the old one, then renames it. */
    private void checkThatTheFileCanBeReplaced() throws IOException {
        Path beside = existing(location.file().getParent())
                .resolve("." + location.file().getFileName() + ".rehearsal");
        Files.deleteIfExists(beside);
        DurableFiles.write(beside, "");
        Files.delete(beside);
    }

    private void checkThatExistingFoldersAreWritable() throws IOException {
        Path generations = location.directory().resolve(Generations.FOLDER);
        for (Path folder : Stream.of(
                        location.directory(), generations, location.live().getParent())
                .filter(Files::exists)
                .toList()) {
            if (!Files.isWritable(folder)) {
                throw new AccessDeniedException(folder.toString());
            }
        }
    }

    /** The folder, or its nearest existing parent: an installation creates the others. */
    private static Path existing(Path folder) {
        Path there = folder;
        while (!Files.exists(there)) {
            there = there.getParent();
        }
        return there;
    }

    /** Deletes the folders of all dry runs; none of them may be running. */
    static void deleteUnfinished(Path folder) throws IOException {
        if (!Files.isReadable(folder)) {
            return;
        }
        try (DirectoryStream<Path> left = Files.newDirectoryStream(
                folder, entry -> isTrial(entry.getFileName().toString()))) {
            for (Path trial : left) {
                DurableFiles.deleteTree(trial);
            }
        }
    }

    private static boolean isTrial(String name) {
        try {
            return name.startsWith(TRIAL_PREFIX) && OrderId.of(name.substring(TRIAL_PREFIX.length())) != null;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    @Override
    public void close() throws IOException {
        if (Files.exists(apart)) {
            DurableFiles.deleteTree(apart);
        }
    }
}
