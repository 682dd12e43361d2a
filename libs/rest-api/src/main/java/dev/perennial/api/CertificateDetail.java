package dev.perennial.api;

import java.util.List;

/**
 * Everything that is known about one certificate.
 *
 * @param contacts e-mail addresses of the people who are responsible, by the policy of its owner
 * @param orders the newest first
 * @param timeline the oldest entry first, at most the last thousand
 */
public record CertificateDetail(
        CertificateSummary certificate,
        List<String> contacts,
        List<OrderDetail> orders,
        List<IssuedDetail> issued,
        List<TimelineItem> timeline) {
    public CertificateDetail {
        contacts = Absent.asEmpty(contacts);
        orders = Absent.asEmpty(orders);
        issued = Absent.asEmpty(issued);
        timeline = Absent.asEmpty(timeline);
    }
}
