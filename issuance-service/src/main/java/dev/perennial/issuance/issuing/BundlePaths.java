package dev.perennial.issuance.issuing;

import dev.perennial.events.Order;
import dev.perennial.events.OrderId;
import dev.perennial.vault.SecretPath;
import java.util.List;
import java.util.stream.Stream;

/**
 * Where the bundle of an order is kept. What a rehearsal made lies apart from everything that is ever served, and can be destroyed.
 *
 * @param own the bundle's own place
 * @param copies one for each host
 */
record BundlePaths(SecretPath own, List<SecretPath> copies) {
    static BundlePaths of(Order order) {
        return order.rehearsal()
                ? ofRehearsal(order.orderId(), order.targets())
                : new BundlePaths(
                        SecretPath.certificate(order.certificateId()),
                        order.targets().stream()
                                .map(host -> SecretPath.hostCopy(host, order.certificateId()))
                                .toList());
    }

    static BundlePaths ofRehearsal(OrderId order, List<String> hosts) {
        return new BundlePaths(
                SecretPath.rehearsal(order),
                hosts.stream()
                        .map(host -> SecretPath.rehearsalCopy(host, order))
                        .toList());
    }

    Stream<SecretPath> all() {
        return Stream.concat(Stream.of(own), copies.stream());
    }
}
