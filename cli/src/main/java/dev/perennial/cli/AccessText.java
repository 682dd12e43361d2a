package dev.perennial.cli;

import dev.perennial.api.GrantDetail;
import dev.perennial.api.SelfDetail;
import java.util.List;
import java.util.stream.Collectors;

/** Principals and grants as text. */
final class AccessText {
    private AccessText() {}

    static String self(SelfDetail self) {
        return Text.oneLine(self.principal()) + ": " + grants(self.grants());
    }

    static String grants(List<GrantDetail> grants) {
        return grants.isEmpty()
                ? "none"
                : grants.stream()
                        .map(grant -> Text.oneLine(grant.role()
                                + text(" of owner ", grant.owners())
                                + text(" for certificate ", grant.names())
                                + text(" at issuer ", grant.issuers())))
                        .collect(Collectors.joining("; "));
    }

    private static String text(String prefix, List<String> values) {
        return values.contains("*") ? "" : prefix + String.join(" or ", values);
    }
}
