package dev.perennial.testbed.ca;

import java.util.List;

/**
 * A certificate in the CA's own records.
 *
 * @param serial lower-case hex
 * @param names its DNS names, sorted
 * @param fingerprint SHA-256 of its DER, lower-case hex
 */
public record IssuedByCa(String serial, List<String> names, String fingerprint) {
    public IssuedByCa {
        names = List.copyOf(names);
    }
}
