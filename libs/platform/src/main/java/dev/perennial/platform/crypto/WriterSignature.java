package dev.perennial.platform.crypto;

import java.util.Optional;

/** A signature that is not verified yet. */
public interface WriterSignature {
    /** The thumbprint of the key that the signature names; empty if there is no signature. */
    Optional<String> keyId();

    /** Whether the content is signed with this key. */
    boolean isValidFor(VerificationKey key);
}
