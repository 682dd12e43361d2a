package dev.perennial.agent.files;

import dev.perennial.agent.targets.CrashPoint;
import dev.perennial.agent.targets.CrashPoints;
import dev.perennial.agent.targets.Generation;
import dev.perennial.vault.Bundle;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * The immutable directories of one certificate: written under a temporary name, renamed when complete, never changed.
 */
public final class Generations {
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'").withZone(ZoneOffset.UTC);
    private static final String UNFINISHED = ".new-";
    private static final String END = "-----END CERTIFICATE-----";
    private static final String PLACEHOLDER = "placeholder";
    private static final int KEPT = 3;
    /** The name of the folder of all generations. */
    public static final String FOLDER = "generations";

    private final String certificateName;
    private final KeyFileAccess keyAccess;
    private final Path root;
    private final CrashPoints crashPoints;

    /** @param directory its folder {@link #FOLDER} contains the generations */
    public Generations(String certificateName, Path directory, KeyFileAccess keyAccess, CrashPoints crashPoints) {
        this.certificateName = certificateName;
        this.keyAccess = keyAccess;
        this.root = directory.resolve(FOLDER);
        this.crashPoints = crashPoints;
    }

    /** Returns the directory with this bundle; creates it if there is none. */
    public Generation prepare(Bundle bundle) throws IOException {
        DurableFiles.directories(root);
        deleteUnfinished(root.getParent());
        Map<String, String> files = files(bundle);
        String name = TIME.format(bundle.notAfter()) + "-" + bundle.serial();
        for (int i = 1; ; i++) {
            Path directory = root.resolve(i == 1 ? name : name + "-" + i);
            if (!Files.exists(directory)) {
                write(directory, files);
                return new Generation(directory, bundle.fingerprint());
            }
            if (holds(directory, files)) {
                return new Generation(directory, bundle.fingerprint());
            }
        }
    }

    /** Whether the directory is that of the placeholder. */
    public static boolean isPlaceholder(Path directory) {
        return directory.getFileName().toString().equals(PLACEHOLDER);
    }

    /**
     * The directory of a certificate that no CA has issued; creates it if there is none.
     *
     * @param pem the chain, then the key
     */
    public Path preparePlaceholder(Supplier<List<String>> pem) throws IOException {
        Path directory = root.resolve(PLACEHOLDER);
        if (!Files.exists(directory)) {
            DurableFiles.directories(root);
            List<String> texts = pem.get();
            write(directory, files(texts.getFirst(), texts.getLast()));
        }
        return directory;
    }

    public boolean holds(Path directory, Bundle bundle) throws IOException {
        return holds(directory, files(bundle));
    }

    /** Sets mode and owner of the private key again, in case that they were changed by hand or in the host file. */
    public void restoreKeyAccess(Path directory) throws IOException {
        DurableFiles.setAccess(directory.resolve(Generation.PRIVATE_KEY), keyAccess);
    }

    /** The directories of all complete generations, oldest first; none if the folder is absent. */
    public List<Path> all() throws IOException {
        if (!Files.isDirectory(root)) {
            return List.of();
        }
        try (Stream<Path> entries = Files.list(root)) {
            return entries.filter(entry -> !entry.getFileName().toString().startsWith("."))
                    .sorted(Comparator.comparing(entry -> entry.toFile().lastModified()))
                    .toList();
        }
    }

    /** Keeps the three newest and the referenced generations, and deletes the others. */
    public void prune(Set<Path> referred) throws IOException {
        List<Path> oldestFirst = all();
        for (Path old : oldestFirst.subList(0, Math.max(0, oldestFirst.size() - KEPT))) {
            if (!referred.contains(old)) {
                DurableFiles.deleteTree(old);
            }
        }
    }

    private void write(Path directory, Map<String, String> files) throws IOException {
        Path unfinished = root.resolve(UNFINISHED + UUID.randomUUID());
        Files.createDirectory(unfinished, PosixFilePermissions.asFileAttribute(DurableFiles.PUBLIC_DIRECTORY));
        for (var file : files.entrySet()) {
            Path path = unfinished.resolve(file.getKey());
            if (file.getKey().equals(Generation.PRIVATE_KEY)) {
                DurableFiles.write(path, file.getValue(), keyAccess);
            } else {
                DurableFiles.write(path, file.getValue());
            }
        }
        DurableFiles.sync(unfinished);
        crashPoints.passed(CrashPoint.GENERATION_WRITTEN, certificateName);
        DurableFiles.move(unfinished, directory);
        crashPoints.passed(CrashPoint.GENERATION_NAMED, certificateName);
    }

    private static boolean holds(Path directory, Map<String, String> files) throws IOException {
        for (var file : files.entrySet()) {
            Path path = directory.resolve(file.getKey());
            if (!Files.isRegularFile(path)
                    || !Files.readString(path, StandardCharsets.UTF_8).equals(file.getValue())) {
                return false;
            }
        }
        return true;
    }

    private static Map<String, String> files(Bundle bundle) {
        Map<String, String> files = new LinkedHashMap<>(files(bundle.chain(), bundle.privateKey()));
        files.put(Generation.CERTIFICATE_ID, bundle.certificateId() + "\n");
        return files;
    }

    private static Map<String, String> files(String chain, String privateKey) {
        String fullChain = chain.strip() + "\n";
        int leafEnd = fullChain.indexOf(END) + END.length();
        return Map.of(
                Generation.FULL_CHAIN,
                fullChain,
                Generation.LEAF,
                fullChain.substring(0, leafEnd) + "\n",
                Generation.CHAIN,
                fullChain.substring(leafEnd).stripLeading(),
                Generation.PRIVATE_KEY,
                privateKey.strip() + "\n");
    }

    /**
     * Deletes the incomplete generations of a killed process, because they may contain a key.
     *
     * @param directory of a certificate; its folder {@link #FOLDER} may be absent
     */
    public static void deleteUnfinished(Path directory) throws IOException {
        Path generations = directory.resolve(FOLDER);
        if (!Files.isDirectory(generations)) {
            return;
        }
        try (DirectoryStream<Path> unfinished = Files.newDirectoryStream(generations, UNFINISHED + "*")) {
            for (Path generation : unfinished) {
                DurableFiles.deleteTree(generation);
            }
        }
    }
}
