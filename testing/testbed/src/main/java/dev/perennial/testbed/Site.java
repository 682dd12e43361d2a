package dev.perennial.testbed;

import dev.perennial.events.ResourceName;
import java.util.List;

/**
 * A virtual server of the testbed's nginx.
 *
 * @param certificateName the name of its certificate: the agent's include file is {@code <name>.conf}
 * @param serverNames the DNS names of the server
 */
public record Site(String certificateName, List<String> serverNames) {
    public Site {
        if (!ResourceName.isValid(certificateName)) {
            throw new IllegalArgumentException("not a certificate name: '" + certificateName + "'");
        }
        serverNames = List.copyOf(serverNames);
        if (serverNames.isEmpty() || !serverNames.stream().allMatch(n -> n.matches("[a-z0-9*.-]+"))) {
            throw new IllegalArgumentException("not server names: " + serverNames);
        }
    }

    public static Site of(String certificateName, String... serverNames) {
        return new Site(certificateName, List.of(serverNames));
    }
}
