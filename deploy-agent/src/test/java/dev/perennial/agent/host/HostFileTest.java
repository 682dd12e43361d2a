package dev.perennial.agent.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.perennial.agent.targets.Verification;
import dev.perennial.agent.targets.Verification.Names;
import dev.perennial.agent.targets.Verification.Protocol;
import dev.perennial.agent.targets.Verification.ProxyProtocol;
import dev.perennial.agent.targets.includefile.IncludeSyntax;
import dev.perennial.agent.targets.keystore.KeystoreContent;
import dev.perennial.agent.targets.keystore.PasswordFile;
import dev.perennial.agent.targets.onefile.CommandServer;
import dev.perennial.agent.targets.onefile.OneFileLocation;
import dev.perennial.agent.targets.onefile.OneFileTarget;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.junitpioneer.jupiter.ExpectedToFail;

class HostFileTest {
    private static final String GOOD = """
            host: web-1
            servers:
              nginx:
                test: [nginx, -t, -c, /etc/nginx/nginx.conf]
                reload: [nginx, -s, reload]
                settle: 4s
            certificates:
              - match: "shop*"
                server: nginx
                directory: /var/lib/perennial/{name}
                include: /etc/nginx/perennial/{name}.conf
                mode: "0640"
                owner: root
                verify: [{address: 127.0.0.1, port: 443, serverName: shop.example.com}]
            """;

    @TempDir
    Path folder;

    @Test
    void createsTheTargetOfACertificate() {
        HostFile file = read(GOOD);

        OneFileLocation location = location(file, "shop-eu").orElseThrow();
        CommandServer server = (CommandServer) location.group();
        assertThat(file.host()).isEqualTo("web-1");
        assertThat(location.directory()).isEqualTo(Path.of("/var/lib/perennial/shop-eu"));
        assertThat(location.file()).isEqualTo(Path.of("/etc/nginx/perennial/shop-eu.conf"));
        assertThat(location.live()).isEqualTo(Path.of("/var/lib/perennial/live/shop-eu"));
        assertThat(PosixFilePermissions.toString(location.keyAccess().mode())).isEqualTo("rw-r-----");
        assertThat(location.keyAccess().owner()).contains("root");
        assertThat(location.keyAccess().group()).isEmpty();
        assertThat(location.verifications())
                .containsExactly(Verification.tls("127.0.0.1", 443, new Names.Only("shop.example.com")));
        assertThat(server.verifyTimeout()).isEqualTo(Duration.ofSeconds(4));
        assertThat(server.timeout()).isEqualTo(Duration.ofSeconds(30));
        assertThat(server.test()).containsExactly("nginx", "-t", "-c", "/etc/nginx/nginx.conf");
        assertThat(server.lock()).isEqualTo(folder.resolve("agent.yaml.nginx.lock"));
    }

    @Test
    void readsSeveralVerifications() {
        String several =
                "verify: [{port: 443}, {address: \"::1\", port: 25, protocol: smtp, names: first, proxyProtocol: v2}]";
        String yaml = GOOD.replaceAll("verify: .*", several);

        assertThat(location(read(yaml), "shop").orElseThrow().verifications())
                .containsExactly(
                        Verification.tls("127.0.0.1", 443, new Names.All()),
                        new Verification(Protocol.SMTP, "::1", 25, new Names.First(), Optional.of(ProxyProtocol.V2)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"blog", "shop/../../etc", "shop..", "Shop", "", "../shop"})
    void createsNoTargetForOtherNames(String name) {
        Optional<OneFileLocation> location = location(read(GOOD), name);

        assertThat(location.map(OneFileLocation::directory))
                .satisfiesAnyOf(
                        none -> assertThat(none).isEmpty(),
                        below -> assertThat(below.orElseThrow().getParent()).isEqualTo(Path.of("/var/lib/perennial")));
    }

    @Test
    void acceptsNoCertificateNamedLikeTheFolderOfTheLinks() {
        assertThat(location(read(GOOD.replace("shop*", "*")), "live")).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            settle: 4s              | kind: iis                  | line 6: servers.nginx.kind: 'iis' is not one of nginx, apache, postgresql, dovecot, haproxy, command
            settle: 4s              | socket: /run/x             | line 6: servers.nginx.socket: is not a known key
            settle: 4s              | kind: command              | line 11: certificates[0].include: a server of kind 'command' has no include files
            settle: 4s              | kind: haproxy              | servers.nginx.socket: is required
            include: /etc/nginx/perennial/{name}.conf | file: /etc/{name}.pem | certificates[0].content: is required
            include:                | x:                         | line 8: certificates[0]: exactly one of include, file and keystore is required
            mode: "0640"            | file: /etc/{name}.pem      | line 8: certificates[0]: exactly one of include, file and keystore is required
            host: web-1             | host: "we b"               | agent.yaml line 1: host: 'we b' is not a host name
            host: web-1             | hots: web-1                | agent.yaml line 1: host: is required
            settle: 4s              | settle: 4 s                | line 6: servers.nginx.settle: '4 s' is not a duration
            settle: 4s              | settel: 4s                 | line 6: servers.nginx.settel: is not a known key; the keys here are: kind, lock
            [nginx, -s, reload]     | nginx -s reload            | line 5: servers.nginx.reload: a list with at least one item
            [nginx, -s, reload]     | []                         | line 5: servers.nginx.reload: a list with at least one item
            server: nginx           | server: apache             | line 9: certificates[0].server: is not one of the servers in this file: nginx
            mode: "0640"            | mode: "0644"               | line 12: certificates[0].mode: '0644' is not a mode for a private key
            mode: "0640"            | mode: "rw"                 | line 12: certificates[0].mode: 'rw' is not an octal mode
            port: 443               | port: 70000                | line 14: certificates[0].verify[0].port: '70000' is not a port
            port: 443,              | ''                         | line 14: certificates[0].verify[0].port: is required
            serverName: shop.example.com | proxyProtocol: v9     | line 14: certificates[0].verify[0].proxyProtocol: 'v9' is not one of v1, v2
            serverName: shop.example.com | protocol: gopher      | line 14: certificates[0].verify[0].protocol: 'gopher' is not one of tls, smtp, imap, pop3, ldap, postgresql, mysql
            serverName: shop.example.com | names: none           | line 14: certificates[0].verify[0].names: must be 'all' or 'first'
            shop.example.com        | "*.example.com"            | line 14: certificates[0].verify[0].serverName: is the SNI value of a client
            perennial/{name}.conf   | perennial/shop.conf        | line 11: certificates[0].include: must contain {name}
            /var/lib/perennial/{name}  | var/{name}              | line 10: certificates[0].directory: 'var/{name}' is not an absolute path
            /var/lib/perennial/{name}  | /var/../{name}          | line 10: certificates[0].directory: '/var/../{name}' is not an absolute path
            /var/lib/perennial/{name}  | "/var/a;b/{name}"       | line 10: certificates[0].directory: '/var/a;b/{name}' is not an absolute path
            /var/lib/perennial/{name}  | /var/{host}/{name}      | line 10: certificates[0].directory: the only placeholder
            owner: root             | server: nginx              | line 13: certificates[0].server: the key occurs twice
            owner: root             | owner:                     | line 13: certificates[0].owner: a string is expected
            settle: 4s              | pidFile: nginx.pid         | line 6: servers.nginx.pidFile: 'nginx.pid' is not an absolute path
            owner: root             | group: [                   | not YAML
            """)
    void reportsLineAndKeyOfAnError(String right, String wrong, String message) {
        assertThatThrownBy(() -> read(GOOD.replace(right, wrong)))
                .isInstanceOf(HostFileException.class)
                .hasMessageContaining(message);
    }

    @Test
    void rejectsTwoEntriesWithOneIncludeFile() {
        String entry = GOOD.substring(GOOD.indexOf("  - match"));

        assertThatThrownBy(() -> read(GOOD + entry))
                .hasMessageContaining("line 18: certificates[1].include: another entry");
    }

    @ParameterizedTest
    @CsvSource({
        // match, directory, match, directory
        "shop, /var/lib/perennial/x, blog, /var/lib/perennial/x",
        "shop, /var/lib/perennial/blog, blog, /var/lib/perennial/{name}",
        "blog*, /var/lib/perennial/{name}, shop, /var/lib/perennial/blog1",
        // The same certificate by both entries.
        "shop*, /var/lib/perennial/{name}, *, /var/lib/perennial/{name}",
        "shop*, /var/lib/perennial/{name}, ?hop, /var/lib/perennial/{name}",
        // The same link.
        "shop, /var/lib/perennial/a-{name}, shop, /var/lib/perennial/b-{name}",
        "shop, /var/lib/perennial/{name}, shop, /var/lib/perennial/live/{name}"
    })
    void rejectsTwoEntriesWithOneDirectory(String match, String directory, String other, String otherDirectory) {
        assertThatThrownBy(() -> read(entries(match, directory, other, otherDirectory)))
                .isInstanceOf(HostFileException.class)
                .hasMessageContaining("certificates[1].directory: another entry");
    }

    @Test
    void createsATargetByEachEntryThatMatches() {
        HostFile file = read(entries("shop*", "/var/lib/perennial/{name}", "*", "/var/lib/perennial/2/{name}"));

        assertThat(locations(file, "shop"))
                .extracting(OneFileLocation::directory)
                .containsExactly(Path.of("/var/lib/perennial/shop"), Path.of("/var/lib/perennial/2/shop"));
        assertThat(locations(file, "blog"))
                .extracting(OneFileLocation::directory)
                .containsExactly(Path.of("/var/lib/perennial/2/blog"));
    }

    @Test
    void acceptsEntriesWhoseCertificatesHaveTheirOwnDirectories() {
        HostFile file = read(entries("shop*", "/var/lib/perennial/{name}", "blog", "/var/lib/perennial/{name}"));

        assertThat(location(file, "blog").orElseThrow().directory()).isEqualTo(Path.of("/var/lib/perennial/blog"));
    }

    @Test
    @ExpectedToFail("the default lock file is beside the host file, where a hardened unit must not write")
    void putsTheLockIntoAFolderThatTheAgentWrites() {
        OneFileLocation location = location(read(GOOD), "shop").orElseThrow();

        assertThat(location.group().lock().getParent())
                .isIn(
                        location.directory(),
                        location.directory().getParent(),
                        location.file().getParent());
    }

    @Test
    void theExampleOfTheManualPutsTheLinksBesideTheDirectories() throws IOException {
        String manual = Files.readString(Path.of("..", "docs", "operating", "install.md"));
        String example = manual.substring(manual.indexOf("host: web-1"));

        OneFileLocation location = location(read(example.substring(0, example.indexOf("```"))), "shop")
                .orElseThrow();

        assertThat(location.live()).isEqualTo(Path.of("/var/lib/perennial/live/shop"));
    }

    @Test
    void reportsTheMissingFile() {
        assertThatThrownBy(() -> HostFile.read(folder.resolve("absent.yaml")))
                .isInstanceOf(HostFileException.class)
                .hasMessageContaining("absent.yaml (perennial.agent.host-file) cannot be read");
    }

    @Test
    void readsTheCertificateFileFromAnyInclude() {
        String byHand = "# by hand\n  ssl_certificate  \"/etc/ssl/a.pem\";\nssl_certificate_key /etc/ssl/a.key;\n";

        assertThat(IncludeSyntax.NGINX.chainFile(byHand)).contains(Path.of("/etc/ssl/a.pem"));
        assertThat(IncludeSyntax.APACHE.chainFile(IncludeSyntax.APACHE.include(Path.of("/a/b.pem"), Path.of("/a/k"))))
                .contains(Path.of("/a/b.pem"));
        assertThat(IncludeSyntax.NGINX.chainFile("")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "ssl_certificate /etc/ssl/a.pem; # managed by X",
                "ssl_certificate\t/etc/ssl/a.pem;",
                "ssl_certificate\n    /etc/ssl/a.pem\n;",
                "ssl_certificate '/etc/ssl/a.pem' ;",
                "ssl_certificate_key /etc/ssl/a.key; ssl_certificate /etc/ssl/a.pem;",
                "# ssl_certificate /etc/ssl/old.pem;\nssl_certificate /etc/ssl/a.pem;",
                "listen 443; # ssl_certificate /etc/ssl/old.pem;\n\tssl_certificate /etc/ssl/a.pem;#"
            })
    void readsTheCertificateFileOfNginxInAnyLayout(String include) {
        assertThat(IncludeSyntax.NGINX.chainFile(include)).contains(Path.of("/etc/ssl/a.pem"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "SSLCertificateFile\t/etc/ssl/a.pem",
                "  sslcertificatefile \"/etc/ssl/a.pem\"",
                "# SSLCertificateFile /etc/ssl/old.pem\nSSLCertificateFile /etc/ssl/a.pem"
            })
    void readsTheCertificateFileOfApacheInAnyLayout(String include) {
        assertThat(IncludeSyntax.APACHE.chainFile(include)).contains(Path.of("/etc/ssl/a.pem"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"# ssl_certificate /etc/ssl/a.pem;", "ssl_certificate_key /etc/ssl/a.key;"})
    void readsNoCertificateFileFromOtherText(String include) {
        assertThat(IncludeSyntax.NGINX.chainFile(include)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            [key, fullchain]
            [fullchain, key]
            [leaf, key, chain]
            [key, leaf]
            """)
    void acceptsAFileWithTheKeyAndTheLeafInAnyOrder(String content) {
        HostFile file = read(withContent(content));

        OneFileLocation location = location(file, "shop").orElseThrow();
        assertThat(location.file()).isEqualTo(Path.of("/etc/haproxy/shop.pem"));
        assertThat(location.content().secret()).isTrue();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            [fullchain]             | a key and a certificate in two files would not match for a moment
            [key]                   | a key and a certificate in two files would not match for a moment
            [key, key, leaf]        | names a part twice
            [key, leaf, fullchain]  | names a certificate twice
            [key, chain, leaf]      | must have 'leaf' before 'chain'
            [key, cert]             | is not one of key, leaf, chain, fullchain
            """)
    void rejectsAFileThatAServerCannotUse(String content, String message) {
        assertThatThrownBy(() -> read(withContent(content)))
                .hasMessageContaining("certificates[0].content: ")
                .hasMessageContaining(message);
    }

    private static String withContent(String content) {
        return GOOD.replace(
                "include: /etc/nginx/perennial/{name}.conf", "file: /etc/haproxy/{name}.pem\n    content: " + content);
    }

    @Test
    void readsAServerWithoutCommands() {
        HostFile file = read("""
                host: web-1
                servers:
                  tomcat: {kind: command}
                certificates:
                  - match: shop
                    server: tomcat
                    directory: /var/lib/perennial/{name}
                    keystore: /etc/tomcat/shop.jks
                    format: JKS
                    passwordFile: /etc/perennial/tomcat.password
                    verify: [{port: 8443}]
                """);

        OneFileLocation location = location(file, "shop").orElseThrow();
        assertThat(location.content())
                .isEqualTo(new KeystoreContent(
                        KeystoreContent.Format.JKS,
                        "server",
                        new PasswordFile(Path.of("/etc/perennial/tomcat.password"))));
        assertThat(location.group().validate()).isEmpty();
        assertThat(location.group().apply(List.of())).isEmpty();
    }

    @Test
    void readsTheCertificateFileOfPostgresqlAndDovecot() {
        for (IncludeSyntax syntax : List.of(IncludeSyntax.POSTGRESQL, IncludeSyntax.DOVECOT)) {
            assertThat(syntax.chainFile(syntax.include(Path.of("/a/b.pem"), Path.of("/a/k"))))
                    .contains(Path.of("/a/b.pem"));
        }
        assertThat(IncludeSyntax.POSTGRESQL.chainFile("# x\nssl_cert_file='/a/b.pem' # y\nssl_key_file='/k'"))
                .contains(Path.of("/a/b.pem"));
        assertThat(IncludeSyntax.POSTGRESQL.chainFile("ssl_ca_file = '/a'\n")).isEmpty();
        assertThat(IncludeSyntax.DOVECOT.chainFile("ssl_cert=</a/b.pem\n")).contains(Path.of("/a/b.pem"));
    }

    private static String entries(String match, String directory, String other, String otherDirectory) {
        return GOOD.substring(0, GOOD.indexOf("  - match"))
                + entry(match, directory, 1)
                + entry(other, otherDirectory, 2);
    }

    private static String entry(String match, String directory, int number) {
        return """
                  - match: "%s"
                    server: nginx
                    directory: %s
                    include: /etc/nginx/perennial/%d-{name}.conf
                    verify: [{port: 443}]
                """.formatted(match, directory, number);
    }

    private static Optional<OneFileLocation> location(HostFile file, String name) {
        return locations(file, name).stream().findFirst();
    }

    private static List<OneFileLocation> locations(HostFile file, String name) {
        return file.targets(name, (point, certificate) -> {}).stream()
                .map(target -> ((OneFileTarget) target).location())
                .toList();
    }

    private HostFile read(String yaml) {
        try {
            return HostFile.read(Files.writeString(folder.resolve("agent.yaml"), yaml));
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
