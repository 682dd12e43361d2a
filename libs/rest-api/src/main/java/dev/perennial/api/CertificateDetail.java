package dev.perennial.api;

import java.util.List;

/**
 * Everything that is known about one certificate.
 *
 * @param orders the newest first
 * @param timeline the oldest entry first, at most the last thousand
 */
public record CertificateDetail(
        CertificateSummary certificate,
        List<OrderDetail> orders,
        List<IssuedDetail> issued,
        List<TimelineItem> timeline) {
    public CertificateDetail {
        orders = Absent.asEmpty(orders);
        issued = Absent.asEmpty(issued);
        timeline = Absent.asEmpty(timeline);
    }
}
