package dev.perennial.agent.targets.includefile;

import dev.perennial.agent.check.Pem;
import dev.perennial.agent.targets.Generation;
import dev.perennial.agent.targets.onefile.FileContent;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

/** The two lines that name the files of a generation. */
public record IncludeContent(IncludeSyntax syntax) implements FileContent {
    @Override
    public byte[] render(Path generation) {
        return syntax.include(generation.resolve(Generation.FULL_CHAIN), generation.resolve(Generation.PRIVATE_KEY))
                .getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public boolean isOf(byte[] content, Path generation) {
        return chainFile(content).map(Path::getParent).equals(Optional.of(generation));
    }

    @Override
    public Optional<X509Certificate> leaf(byte[] content, Path file) throws IOException {
        Optional<Path> chain = chainFile(content).flatMap(named -> absolute(named, file));
        return chain.isEmpty()
                ? Optional.empty()
                : Optional.of(Pem.firstCertificate(Files.readString(chain.get(), StandardCharsets.UTF_8)));
    }

    @Override
    public boolean secret() {
        return false;
    }

    private Optional<Path> chainFile(byte[] content) {
        return syntax.chainFile(new String(content, StandardCharsets.UTF_8));
    }

    /**
     * A path in an include file is relative to the folder of the server's configuration, which contains the folder of
     * the include file. If another file is found, the proof of the rollback fails.
     */
    private static Optional<Path> absolute(Path named, Path include) {
        return Stream.iterate(include.getParent(), Objects::nonNull, Path::getParent)
                .map(folder -> folder.resolve(named).normalize())
                .filter(Files::isRegularFile)
                .findFirst();
    }
}
