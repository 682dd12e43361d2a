package dev.perennial.agent.host;

import java.util.Optional;

/** Every key of the host file. {@link HostFileReader} accepts no other key; {@code conf/host_full.yaml} is generated from this list. */
enum HostFileKey {
    HOST("host", "text", Presence.REQUIRED, "web-1", "Name of this host, as the targets of a certificate name it."),
    SERVERS("servers", "mapping", Presence.REQUIRED, "", "The servers of this host, each below a name of your choice."),
    KIND(
            SERVERS,
            "kind",
            "nginx, apache, postgresql, dovecot, haproxy or command",
            Presence.DEFAULT,
            "nginx",
            "The kind of server. It defines the syntax of include files; haproxy and command have none."),
    TEST(
            SERVERS,
            "test",
            "list of text",
            Presence.REQUIRED,
            "[nginx, -t]",
            "The configuration test: program and arguments. No shell is involved. Only nginx and apache require it."),
    RELOAD(
            SERVERS,
            "reload",
            "list of text",
            Presence.REQUIRED,
            "[nginx, -s, reload]",
            "The reload: program and arguments. No shell is involved. A server of kind command that reads changed files by itself needs none, and haproxy needs it only for files that it has not loaded at its start."),
    SETTLE(
            SERVERS,
            "settle",
            "duration in ms, s or m",
            Presence.DEFAULT,
            "5s",
            "The time after a reload within which a handshake must show the new certificate; otherwise the deployment is rolled back."),
    TIMEOUT(
            SERVERS,
            "timeout",
            "duration in ms, s or m",
            Presence.DEFAULT,
            "30s",
            "Time limit of each command; a command that exceeds it is killed and counts as failed."),
    LOCK(
            SERVERS,
            "lock",
            "path",
            Presence.OPTIONAL,
            "/run/perennial/nginx.lock",
            "File that is locked (fcntl) during activation, test and reload. If absent: <host file>.<server>.lock beside the host file."),
    PID_FILE(
            SERVERS,
            "pidFile",
            "path",
            Presence.OPTIONAL,
            "/run/nginx.pid",
            "The pid file of nginx. The agent then waits until no worker from before the reload accepts connections. If absent: handshakes some time apart must agree."),
    SOCKET(
            SERVERS,
            Variant.HAPROXY,
            "socket",
            "path",
            Presence.REQUIRED,
            "/run/haproxy/admin.sock",
            "Only for the kind haproxy: its stats socket with level admin."),
    CERTIFICATES(
            "certificates",
            "list of mappings",
            Presence.REQUIRED,
            "",
            "The certificates that this host accepts. A certificate goes to the target of every entry that matches it."),
    MATCH(
            CERTIFICATES,
            "match",
            "text",
            Presence.REQUIRED,
            "\"shop*\"",
            "Name of a certificate, or a pattern with * and ? for several."),
    SERVER(
            CERTIFICATES,
            "server",
            "text",
            Presence.REQUIRED,
            "nginx",
            "The server that serves it: a name from servers."),
    DIRECTORY(
            CERTIFICATES,
            "directory",
            "path",
            Presence.REQUIRED,
            "/var/lib/perennial/{name}",
            "Directory of the certificate and its key, for this entry only. It must contain {name}, the name of the certificate, if match is a pattern."),
    INCLUDE(
            CERTIFICATES,
            "include",
            "path",
            Presence.REQUIRED,
            "/etc/nginx/perennial/{name}.conf",
            "File that the agent writes and the site of the server includes; it names the certificate and the key. It must contain {name} if match is a pattern. Each entry has one of include, file and keystore."),
    FILE(
            CERTIFICATES,
            Variant.FILE,
            "file",
            "path",
            Presence.REQUIRED,
            "/etc/haproxy/certs/{name}.pem",
            "PEM file that the agent writes, with the key and the certificates. It must contain {name} if match is a pattern."),
    CONTENT(
            CERTIFICATES,
            Variant.FILE,
            "content",
            "list of key, leaf, chain and fullchain",
            Presence.REQUIRED,
            "[fullchain, key]",
            "The parts of the file in their order: always the key, and fullchain or leaf and chain."),
    KEYSTORE(
            CERTIFICATES,
            Variant.KEYSTORE,
            "keystore",
            "path",
            Presence.REQUIRED,
            "/etc/tomcat10/{name}.p12",
            "Key store that the agent writes, with one entry. It must contain {name} if match is a pattern."),
    FORMAT(
            CERTIFICATES,
            Variant.KEYSTORE,
            "format",
            "PKCS12 or JKS",
            Presence.DEFAULT,
            "PKCS12",
            "Format of the key store."),
    ALIAS(CERTIFICATES, Variant.KEYSTORE, "alias", "text", Presence.DEFAULT, "server", "Name of its entry."),
    PASSWORD_FILE(
            CERTIFICATES,
            Variant.KEYSTORE,
            "passwordFile",
            "path",
            Presence.REQUIRED,
            "/etc/perennial/tomcat.password",
            "File with the password of the key store and its entry. It must belong to root or the agent's user; other users must not be able to read it."),
    MODE(
            CERTIFICATES,
            "mode",
            "octal mode: 0400, 0600, 0440 or 0640",
            Presence.DEFAULT,
            "\"0600\"",
            "Mode of the private key file, and of a file or key store that contains the key."),
    OWNER(
            CERTIFICATES,
            "owner",
            "text",
            Presence.OPTIONAL,
            "root",
            "User that owns the private key file, and a file or key store that contains the key. If absent: the agent's user."),
    GROUP(
            CERTIFICATES,
            "group",
            "text",
            Presence.OPTIONAL,
            "www-data",
            "Group of the same files. If absent: the agent's group."),
    VERIFY(
            CERTIFICATES,
            "verify",
            "list of mappings",
            Presence.REQUIRED,
            "",
            "The endpoints at which handshakes must show the new certificate and its whole chain. All of them must do so."),
    PORT(VERIFY, "port", "1 to 65535", Presence.REQUIRED, "443", "TCP port."),
    PROTOCOL(
            VERIFY,
            "protocol",
            "tls, smtp, imap, pop3, ldap, postgresql or mysql",
            Presence.DEFAULT,
            "tls",
            "The protocol before the handshake. tls: the connection starts with the handshake, for example HTTPS. The others: STARTTLS or its equivalent."),
    ADDRESS(
            VERIFY,
            "address",
            "text",
            Presence.DEFAULT,
            "127.0.0.1",
            "Host name or IP address. Every address of the host name must show the certificate."),
    NAMES(
            VERIFY,
            "names",
            "all or first",
            Presence.DEFAULT,
            "all",
            "The names of the certificate for which handshakes are made (SNI)."),
    SERVER_NAME(
            VERIFY,
            "serverName",
            "text",
            Presence.OPTIONAL,
            "shop.example.com",
            "Only this name, instead of names; no wildcard."),
    PROXY_PROTOCOL(
            VERIFY,
            "proxyProtocol",
            "v1 or v2",
            Presence.OPTIONAL,
            "v1",
            "The version of the PROXY protocol whose header the endpoint expects before the handshake, as nginx with 'listen ... proxy_protocol' does.");

    /** Whether a key may be absent, and the meaning of {@link #value}. */
    enum Presence {
        /** The key must be present; the value is an example. */
        REQUIRED,
        /** The value applies if the key is absent. */
        DEFAULT,
        /** The key may be absent; the value is an example. */
        OPTIONAL
    }

    /** Keys that exclude others of their section are shown in an item of their own. */
    enum Variant {
        FIRST,
        HAPROXY,
        FILE,
        KEYSTORE
    }

    private final Optional<HostFileKey> section;
    private final Variant variant;
    private final String text;
    private final String type;
    private final Presence presence;
    private final String value;
    private final String doc;

    HostFileKey(String text, String type, Presence presence, String value, String doc) {
        this(Optional.empty(), Variant.FIRST, text, type, presence, value, doc);
    }

    HostFileKey(HostFileKey section, String text, String type, Presence presence, String value, String doc) {
        this(Optional.of(section), Variant.FIRST, text, type, presence, value, doc);
    }

    HostFileKey(
            HostFileKey section,
            Variant variant,
            String text,
            String type,
            Presence presence,
            String value,
            String doc) {
        this(Optional.of(section), variant, text, type, presence, value, doc);
    }

    HostFileKey(
            Optional<HostFileKey> section,
            Variant variant,
            String text,
            String type,
            Presence presence,
            String value,
            String doc) {
        this.section = section;
        this.variant = variant;
        this.text = text;
        this.type = type;
        this.presence = presence;
        this.value = value;
        this.doc = doc;
    }

    /** The key of the mapping that contains this one; empty at the top level. */
    Optional<HostFileKey> section() {
        return section;
    }

    Variant variant() {
        return variant;
    }

    /** The key as it is written. */
    String text() {
        return text;
    }

    String type() {
        return type;
    }

    Presence presence() {
        return presence;
    }

    /** The default or an example, in YAML. */
    String value() {
        return value;
    }

    /** The value that applies if the key is absent. */
    Optional<String> defaultValue() {
        return presence == Presence.DEFAULT ? Optional.of(value.replace("\"", "")) : Optional.empty();
    }

    /** The meaning, in one line. */
    String doc() {
        return doc;
    }
}
