package dev.perennial.issuance.issuing;

import dev.perennial.events.Order;
import dev.perennial.events.OrderId;
import dev.perennial.vault.SecretPath;
import java.util.List;
import java.util.stream.Stream;

/**
 * The Vault paths of an order's bundle. The bundles of rehearsals have separate paths, so that they can be destroyed.
 *
 * @param own the path of the bundle
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
