package dev.perennial.testbed.process;

import java.security.SecureRandom;
import java.util.HexFormat;

/** Passwords and tokens, new for every run. */
public final class RandomSecrets {
    private static final SecureRandom RANDOM = new SecureRandom();

    private RandomSecrets() {}

    /** 192 random bits, in lower-case hex, which no file format has to quote. */
    public static String password() {
        byte[] bytes = new byte[24];
        RANDOM.nextBytes(bytes);
        return HexFormat.of().formatHex(bytes);
    }
}
