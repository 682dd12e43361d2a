package dev.perennial.agent.targets.combinedpem;

import dev.perennial.agent.check.Pem;
import dev.perennial.agent.targets.Generation;
import dev.perennial.agent.targets.onefile.FileContent;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The private key and the certificates in one PEM file. It always has both: a key and a certificate in two files, which
 * are replaced one after the other, would not match for a moment.
 */
public record CombinedPemContent(List<Part> parts) implements FileContent {
    /** A part of the file, by the name of its file in a generation. */
    public enum Part {
        KEY(Generation.PRIVATE_KEY),
        LEAF(Generation.LEAF),
        CHAIN(Generation.CHAIN),
        FULLCHAIN(Generation.FULL_CHAIN);

        private final String file;

        Part(String file) {
            this.file = file;
        }
    }

    public CombinedPemContent {
        parts = List.copyOf(parts);
    }

    /** Why a server cannot use a file of these parts; empty if it can. */
    public static Optional<String> problem(List<Part> parts) {
        int leaf = Math.max(parts.indexOf(Part.LEAF), parts.indexOf(Part.FULLCHAIN));
        if (parts.stream().distinct().count() < parts.size()) {
            return Optional.of("names a part twice");
        }
        if (!parts.contains(Part.KEY) || leaf < 0) {
            return Optional.of("must have 'key' and one of 'leaf' and 'fullchain': a key and a certificate in two files"
                    + " would not match for a moment");
        }
        if (parts.contains(Part.FULLCHAIN) && (parts.contains(Part.LEAF) || parts.contains(Part.CHAIN))) {
            return Optional.of("names a certificate twice: 'fullchain' is 'leaf' and 'chain'");
        }
        return parts.contains(Part.CHAIN) && parts.indexOf(Part.CHAIN) < leaf
                ? Optional.of("must have 'leaf' before 'chain': a server presents the first certificate as its own")
                : Optional.empty();
    }

    /** Without empty lines, which would end the content in HAProxy's command. */
    @Override
    public byte[] render(Path generation) throws IOException {
        StringBuilder text = new StringBuilder();
        for (Part part : parts) {
            text.append(Files.readString(generation.resolve(part.file), StandardCharsets.US_ASCII))
                    .append('\n');
        }
        return text.toString()
                .lines()
                .filter(line -> !line.isBlank())
                .collect(Collectors.joining("\n", "", "\n"))
                .getBytes(StandardCharsets.US_ASCII);
    }

    @Override
    public boolean isOf(byte[] content, Path generation) throws IOException {
        try {
            return Arrays.equals(content, render(generation));
        } catch (NoSuchFileException e) {
            return false;
        }
    }

    @Override
    public Optional<X509Certificate> leaf(byte[] content, Path file) {
        return content.length == 0
                ? Optional.empty()
                : Optional.of(Pem.firstCertificate(new String(content, StandardCharsets.UTF_8)));
    }

    @Override
    public boolean secret() {
        return true;
    }
}
