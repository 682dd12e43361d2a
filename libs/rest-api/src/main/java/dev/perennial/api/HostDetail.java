package dev.perennial.api;

import java.util.List;

/**
 * A host with its keys.
 *
 * @param keys the usable ones first, at most a hundred
 * @param certificates that name it as a target and are not retired
 */
public record HostDetail(HostSummary host, List<HostKeyDetail> keys, long certificates) {
    public HostDetail {
        keys = Absent.asEmpty(keys);
    }
}
