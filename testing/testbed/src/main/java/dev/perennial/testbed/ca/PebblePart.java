package dev.perennial.testbed.ca;

import dev.perennial.events.Sha256;
import dev.perennial.testbed.RunFolder;
import dev.perennial.testbed.process.Launcher;
import dev.perennial.testbed.process.Ports;
import dev.perennial.testbed.process.Program;
import dev.perennial.testbed.process.ProgramPart;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Pebble. Its state is in memory and its issuing root is new at every start. Clients go through the {@link AcmeProxy}. */
public final class PebblePart extends ProgramPart {
    /** The CA's identity in CAA records. Pebble does not check CAA. */
    public static final String CAA_IDENTITY = "pebble.test";

    private static final Pattern ISSUED = Pattern.compile("Issued certificate serial ([0-9a-f]+) for order");

    private final Path program;
    private final CaSettings settings;
    private final String resolver;
    private final int http01Port;
    private final int port = Ports.free();
    private final int managementPort = Ports.free();
    private final int tlsAlpn01Port = Ports.free();
    private final Path certificate;
    private final Path key;
    private final PemHttp management;
    private final ExternalAccountKey externalAccount = ExternalAccountKey.random();

    /**
     * @param authority signs the certificate of Pebble's listeners; the one that Pebble includes expires
     * @param resolver {@code ip:port} of the DNS server that it queries
     * @param http01Port port at which it validates http-01
     */
    public PebblePart(
            RunFolder run,
            Launcher launcher,
            Path program,
            CaSettings settings,
            TestAuthority authority,
            String resolver,
            int http01Port) {
        super("pebble", run, launcher);
        this.program = program;
        this.settings = settings;
        this.resolver = resolver;
        this.http01Port = http01Port;
        var pair = authority.issue("localhost", "127.0.0.1");
        this.certificate = run.write("pebble/tls.pem", pair.certificate());
        this.key = run.writeSecret("pebble/tls.key", pair.privateKey());
        this.management = new PemHttp(authority.rootPem());
    }

    @Override
    public URI address() {
        return Ports.loopback("https", port);
    }

    /** Port at which it validates http-01. */
    public int http01Port() {
        return http01Port;
    }

    /** Port at which it validates tls-alpn-01. */
    public int tlsAlpn01Port() {
        return tlsAlpn01Port;
    }

    /** PEM of the root of issued certificates. It differs from the root of Pebble's listener. */
    public String issuingRoot() {
        return management.get(Ports.loopback("https", managementPort).resolve("/roots/0"));
    }

    /** All issued certificates, including those whose response was lost, from Pebble's log and store. */
    public List<IssuedByCa> issued() {
        try {
            return Files.readAllLines(run.log(name())).stream()
                    .map(ISSUED::matcher)
                    .filter(Matcher::find)
                    .map(line -> issued(line.group(1)))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * The reason code of a revoked certificate (RFC 5280 section 5.3.1); empty if it is not revoked.
     *
     * @param serial hex
     */
    public OptionalInt revocationReason(String serial) {
        JsonObject status = status(serial);
        return status.getString("Status").equals("Revoked")
                ? OptionalInt.of(status.getInteger("Reason", 0))
                : OptionalInt.empty();
    }

    /**
     * Replaces the renewal information of a certificate.
     *
     * @param renewalInfo the body of the response (RFC 9773 section 4.2)
     */
    public void suggest(String serial, String renewalInfo) {
        management.post(
                Ports.loopback("https", managementPort).resolve("/set-renewal-info/"),
                new JsonObject()
                        .put("Certificate", status(serial).getString("Certificate"))
                        .put("ARIResponse", renewalInfo)
                        .encode());
    }

    private JsonObject status(String serial) {
        return new JsonObject(
                management.get(Ports.loopback("https", managementPort).resolve("/cert-status-by-serial/" + serial)));
    }

    private IssuedByCa issued(String serial) {
        try {
            X509Certificate leaf = PemHttp.certificate(status(serial).getString("Certificate"));
            List<String> names = leaf.getSubjectAlternativeNames().stream()
                    .map(name -> name.get(1).toString())
                    .sorted()
                    .toList();
            return new IssuedByCa(serial, names, Sha256.fingerprint(leaf));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("the CA's certificate " + serial + " is not readable", e);
        }
    }

    /** The external account that is configured in Pebble. */
    public ExternalAccountKey externalAccount() {
        return externalAccount;
    }

    @Override
    protected boolean ready() {
        return healthy() && Ports.accepts(Ports.loopback("tcp", managementPort));
    }

    @Override
    protected Program program() {
        Path configuration = run.writeSecret("pebble/config.json", configuration());
        return new Program(
                name(),
                List.of(program.toString(), "-config", configuration.toString(), "-dnsserver", resolver),
                Map.of(
                        "PEBBLE_VA_NOSLEEP", "1",
                        "PEBBLE_WFE_NONCEREJECT", Integer.toString(settings.nonceRejectPercent()),
                        "PEBBLE_AUTHZREUSE", Integer.toString(settings.authorizationReusePercent())),
                run.folder(name()));
    }

    // One profile only, because Pebble selects a random one for orders without a profile.
    private String configuration() {
        return """
                {"pebble": {
                  "listenAddress": "127.0.0.1:%1$d",
                  "managementListenAddress": "127.0.0.1:%2$d",
                  "certificate": "%3$s",
                  "privateKey": "%4$s",
                  "httpPort": %5$d,
                  "tlsPort": %11$d,
                  "caaIdentities": ["%12$s"],
                  "externalAccountBindingRequired": %8$s,
                  "externalAccountMACKeys": {"%9$s": "%10$s"},
                  "retryAfter": {"authz": %6$d, "order": %6$d},
                  "keyAlgorithm": "ecdsa",
                  "profiles": {"default": {"description": "The only one", "validityPeriod": %7$d}}
                }}
                """.formatted(
                        port,
                        managementPort,
                        certificate,
                        key,
                        http01Port,
                        settings.retryAfterSeconds(),
                        settings.validity().toSeconds(),
                        settings.externalAccountRequired(),
                        externalAccount.kid(),
                        externalAccount.hmacKey(),
                        tlsAlpn01Port,
                        CAA_IDENTITY);
    }
}
