package dev.perennial.api;

import java.util.List;

/**
 * The checks of one issuer, or of one name at an issuer.
 *
 * @param subject for example {@code issuer pebble} or {@code shop.example.com at pebble}
 */
public record DiagnosisDetail(String subject, List<CheckDetail> hops) {
    public DiagnosisDetail {
        hops = Absent.asEmpty(hops);
    }
}
