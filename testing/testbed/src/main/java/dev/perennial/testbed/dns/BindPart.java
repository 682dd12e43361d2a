package dev.perennial.testbed.dns;

import dev.perennial.testbed.RunFolder;
import dev.perennial.testbed.process.Launcher;
import dev.perennial.testbed.process.Ports;
import dev.perennial.testbed.process.Program;
import dev.perennial.testbed.process.ProgramPart;
import dev.perennial.testbed.process.SystemProgram;
import java.net.URI;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.List;
import java.util.Map;

/** BIND: authoritative for its zones, and a resolver for clients on loopback. A TSIG key permits updates. */
public final class BindPart extends ProgramPart {
    public static final String KEY_NAME = "acme-key";

    private static final String TXT_ONLY = "update-policy { grant " + KEY_NAME + " zonesub TXT; };";

    private final int port = Ports.free();
    private final List<Zone> zones;
    private final boolean keyOnly;
    private final String updates;
    private final String secret = newSecret();
    private boolean wasStarted;

    public BindPart(RunFolder run, Launcher launcher, List<Zone> zones) {
        this(run, launcher, zones, false);
    }

    /** @param keyOnly the zones are in a view for requests signed with the TSIG key; all others are refused */
    public BindPart(RunFolder run, Launcher launcher, List<Zone> zones, boolean keyOnly) {
        this(run, launcher, zones, keyOnly, TXT_ONLY);
    }

    /** @param updates the statement of each zone that permits updates */
    public BindPart(RunFolder run, Launcher launcher, List<Zone> zones, boolean keyOnly, String updates) {
        super("bind", run, launcher);
        this.zones = List.copyOf(zones);
        this.keyOnly = keyOnly;
        this.updates = updates;
    }

    @Override
    public URI address() {
        return Ports.loopback("tcp", port);
    }

    public int port() {
        return port;
    }

    /** {@code ip:port}; UDP and TCP, for queries and updates. */
    public String resolver() {
        return "127.0.0.1:" + port;
    }

    public List<Zone> zones() {
        return zones;
    }

    /** The secret of {@link #KEY_NAME}, base64, for hmac-sha256. */
    public String secret() {
        return secret;
    }

    private static String newSecret() {
        byte[] bytes = new byte[32];
        new SecureRandom().nextBytes(bytes);
        return Base64.getEncoder().encodeToString(bytes);
    }

    @Override
    protected Program program() {
        Path folder = run.folder(name());
        StringBuilder text = new StringBuilder(configuration(folder));
        if (keyOnly) {
            text.append("view \"key-only\" { match-clients { key %s; };\n".formatted(KEY_NAME));
        }
        for (Zone zone : zones) {
            // Written once only: after a crash BIND applies its journal to the original file.
            if (!wasStarted) {
                run.write(name() + "/" + zone.origin() + ".zone", zone.text());
            }
            text.append("""
                    zone "%1$s" { type primary; file "%1$s.zone"; %2$s %3$s };
                    """.formatted(
                            zone.origin(), updates, zone.signed() ? "dnssec-policy default; inline-signing yes;" : ""));
        }
        if (keyOnly) {
            text.append("};\n");
        }
        wasStarted = true;
        Path file = run.writeSecret(name() + "/named.conf", text.toString());
        List<String> command =
                List.of(SystemProgram.find("named", "bind9").toString(), "-g", "-n", "1", "-c", file.toString());
        return new Program(name(), command, Map.of(), folder);
    }

    private String configuration(Path folder) {
        return """
                options {
                  directory "%1$s"; pid-file "%1$s/named.pid"; session-keyfile "%1$s/session.key";
                  managed-keys-directory "%1$s";
                  listen-on port %2$d { 127.0.0.1; }; listen-on-v6 { none; };
                  recursion yes; allow-recursion { 127.0.0.0/8; }; allow-query { 127.0.0.0/8; };
                  dnssec-validation no; empty-zones-enable no; notify no;
                };
                controls { };
                key "%3$s" { algorithm hmac-sha256; secret "%4$s"; };
                """.formatted(folder, port, KEY_NAME, secret);
    }
}
