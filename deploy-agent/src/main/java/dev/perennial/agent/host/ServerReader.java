package dev.perennial.agent.host;

import dev.perennial.agent.targets.TargetGroup;
import dev.perennial.agent.targets.haproxy.HaproxyServer;
import dev.perennial.agent.targets.includefile.IncludeSyntax;
import dev.perennial.agent.targets.onefile.CommandServer;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Reads one of the {@code servers}. */
final class ServerReader {
    private final Path hostFile;

    ServerReader(Path hostFile) {
        this.hostFile = hostFile;
    }

    /** A server, and the syntax of its include files; empty if it reads none. */
    record Server(TargetGroup group, Kind kind, Optional<IncludeSyntax> syntax) {}

    /** The kinds of servers. */
    enum Kind {
        NGINX,
        APACHE,
        POSTGRESQL,
        DOVECOT,
        HAPROXY,
        COMMAND;

        private Optional<IncludeSyntax> syntax() {
            return switch (this) {
                case NGINX -> Optional.of(IncludeSyntax.NGINX);
                case APACHE -> Optional.of(IncludeSyntax.APACHE);
                case POSTGRESQL -> Optional.of(IncludeSyntax.POSTGRESQL);
                case DOVECOT -> Optional.of(IncludeSyntax.DOVECOT);
                case HAPROXY, COMMAND -> Optional.empty();
            };
        }

        /** Both test their configuration; Apache exits if a reload reads an invalid one. */
        private boolean needsTest() {
            return this == NGINX || this == APACHE;
        }

        private boolean needsReload() {
            return syntax().isPresent();
        }
    }

    Server read(String name, YamlSection section) {
        if (!HostValues.NAME.matcher(name).matches()) {
            throw section.error("'" + name + "' is not a name for a server (letters, digits, dots and hyphens)");
        }
        Kind kind = HostValues.constant(section, HostFileKey.KIND, section.text(HostFileKey.KIND), Kind.class);
        CommandServer commands = new CommandServer(
                name,
                command(section, HostFileKey.TEST, kind.needsTest()),
                command(section, HostFileKey.RELOAD, kind.needsReload()),
                HostValues.duration(section, HostFileKey.SETTLE),
                HostValues.duration(section, HostFileKey.TIMEOUT),
                section.optional(HostFileKey.LOCK).isPresent()
                        ? HostValues.fixedPath(section, HostFileKey.LOCK)
                        : hostFile.resolveSibling(hostFile.getFileName() + "." + name + ".lock"),
                section.has(HostFileKey.PID_FILE)
                        ? Optional.of(HostValues.fixedPath(section, HostFileKey.PID_FILE))
                        : Optional.empty());
        if (kind != Kind.NGINX && commands.pidFile().isPresent()) {
            throw section.error(HostFileKey.PID_FILE, "is supported for the kind nginx only");
        }
        TargetGroup group = kind == Kind.HAPROXY
                ? new HaproxyServer(commands, HostValues.fixedPath(section, HostFileKey.SOCKET))
                : commands;
        section.nothingElse();
        return new Server(group, kind, kind.syntax());
    }

    private static List<String> command(YamlSection section, HostFileKey key, boolean required) {
        return required || section.has(key) ? section.texts(key) : List.of();
    }
}
