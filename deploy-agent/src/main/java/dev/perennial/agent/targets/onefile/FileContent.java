package dev.perennial.agent.targets.onefile;

import java.io.IOException;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.util.Optional;

/** The content of the one file of a target, which differs between kinds. Immutable. */
public interface FileContent {
    /**
     * The content with which the server presents a generation.
     *
     * @param generation its directory
     */
    byte[] render(Path generation) throws IOException;

    /**
     * Whether the server presents this generation with the content.
     *
     * @param generation its directory
     */
    boolean isOf(byte[] content, Path generation) throws IOException;

    /**
     * The leaf that the server presents with the content, also with one written by hand; empty if it cannot be read.
     *
     * @param file that has the content
     */
    Optional<X509Certificate> leaf(byte[] content, Path file) throws IOException;

    /** Whether the content contains the private key: then the file and its copies have the access of a key file. */
    boolean secret();
}
