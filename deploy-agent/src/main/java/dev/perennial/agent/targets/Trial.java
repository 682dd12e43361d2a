package dev.perennial.agent.targets;

import dev.perennial.vault.Bundle;
import java.io.IOException;

/** The files of a dry run: written as an installation writes them, beside its place, and deleted when this is closed. */
public interface Trial extends AutoCloseable {
    /** Writes the bundle's generation, with the mode and owner of a live one. */
    Generation write(Bundle bundle) throws IOException;

    /** PEM, as a server would read it. */
    String fullChain(Generation generation) throws IOException;

    /** PEM, as a server would read it. */
    String privateKey(Generation generation) throws IOException;

    @Override
    void close() throws IOException;
}
