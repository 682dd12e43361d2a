package dev.perennial.agent.targets;

import dev.perennial.vault.Bundle;
import java.io.IOException;

/** The files of a dry run: written like those of an installation, but in a separate folder, and deleted on close. */
public interface Trial extends AutoCloseable {
    /** Writes the bundle's generation, with the mode and owner of a live one. */
    Generation write(Bundle bundle) throws IOException;

    /** PEM, as a server reads it. */
    String fullChain(Generation generation) throws IOException;

    /** PEM, as a server reads it. */
    String privateKey(Generation generation) throws IOException;

    @Override
    void close() throws IOException;
}
