package dev.perennial.agent.target.includefile;

import dev.perennial.agent.files.DurableFiles;
import dev.perennial.agent.files.Generations;
import dev.perennial.agent.target.Generation;
import dev.perennial.events.OrderId;
import dev.perennial.vault.Bundle;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/**
 * What an installation would write, written beside the place where it would be, and gone when this is closed. Nothing below the
 * site's own directory, no link and no include is touched. What a process that died left behind goes with the next try of the same order.
 */
public final class IncludeFileTrial implements AutoCloseable {
    /** With a leading dot, like everything that no include pattern may pick up; no certificate's name begins with one. */
    private static final String APART = ".rehearsal-";

    private final IncludeFileLocation site;
    private final Path apart;

    public IncludeFileTrial(IncludeFileLocation site, OrderId order) {
        this.site = site;
        this.apart = existing(site.directory().getParent()).resolve(APART + order);
    }

    /** The bundle's generation, with the mode and owner that a live one would have. */
    public Generation write(Bundle bundle) throws IOException {
        close();
        Generation generation = new Generations(site.in(apart), (waypoint, where) -> {}).prepare(bundle);
        mayReplaceTheInclude();
        mayWriteWhereThereIsALiveOne();
        return generation;
    }

    public String fullChain(Generation generation) throws IOException {
        return Files.readString(generation.fullChain(), StandardCharsets.US_ASCII);
    }

    public String privateKey(Generation generation) throws IOException {
        return Files.readString(generation.privateKey(), StandardCharsets.US_ASCII);
    }

    /** A switch writes the new include beside the old one before it renames it. */
    private void mayReplaceTheInclude() throws IOException {
        Path beside = existing(site.include().getParent())
                .resolve("." + site.include().getFileName() + ".rehearsal");
        Files.deleteIfExists(beside);
        DurableFiles.write(beside, "");
        Files.delete(beside);
    }

    private void mayWriteWhereThereIsALiveOne() throws IOException {
        Path generations = site.directory().resolve(Generations.FOLDER);
        for (Path folder : Stream.of(site.directory(), generations, site.live().getParent())
                .filter(Files::exists)
                .toList()) {
            if (!Files.isWritable(folder)) {
                throw new AccessDeniedException(folder.toString());
            }
        }
    }

    /** The folder, or the nearest one above it that is there: an installation makes the rest. */
    private static Path existing(Path folder) {
        Path there = folder;
        while (!Files.exists(there)) {
            there = there.getParent();
        }
        return there;
    }

    @Override
    public void close() throws IOException {
        if (Files.exists(apart)) {
            DurableFiles.deleteTree(apart);
        }
    }
}
