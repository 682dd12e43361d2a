package dev.perennial.agent.host;

import dev.perennial.agent.targets.Verification;
import dev.perennial.agent.targets.Verification.Names;
import dev.perennial.agent.targets.Verification.Protocol;
import dev.perennial.agent.targets.Verification.ProxyProtocol;
import java.util.Optional;

/** Reads one item of {@code verify}. */
final class VerificationReader {
    private VerificationReader() {}

    static Verification read(YamlSection section) {
        Protocol protocol =
                HostValues.constant(section, HostFileKey.PROTOCOL, section.text(HostFileKey.PROTOCOL), Protocol.class);
        String address = section.text(HostFileKey.ADDRESS);
        String port = section.text(HostFileKey.PORT);
        if (!port.matches("\\d{1,5}") || Integer.parseInt(port) < 1 || Integer.parseInt(port) > 65_535) {
            throw section.error(HostFileKey.PORT, "'" + port + "' is not a port (1 to 65535)");
        }
        Names names = names(section);
        Optional<ProxyProtocol> proxyProtocol = section.optional(HostFileKey.PROXY_PROTOCOL)
                .map(text -> HostValues.constant(section, HostFileKey.PROXY_PROTOCOL, text, ProxyProtocol.class));
        section.nothingElse();
        return new Verification(protocol, address, Integer.parseInt(port), names, proxyProtocol);
    }

    private static Names names(YamlSection section) {
        Optional<String> serverName = section.optional(HostFileKey.SERVER_NAME);
        if (serverName.filter(name -> name.contains("*")).isPresent()) {
            throw section.error(HostFileKey.SERVER_NAME, "is the SNI value of a client and cannot contain a wildcard");
        }
        return switch (section.text(HostFileKey.NAMES)) {
            case "all" -> serverName.<Names>map(Names.Only::new).orElseGet(Names.All::new);
            case "first" -> serverName.<Names>map(Names.Only::new).orElseGet(Names.First::new);
            default -> throw section.error(HostFileKey.NAMES, "must be 'all' or 'first'");
        };
    }
}
