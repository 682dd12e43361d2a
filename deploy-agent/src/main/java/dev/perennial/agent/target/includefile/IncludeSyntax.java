package dev.perennial.agent.target.includefile;

import java.nio.file.Path;
import java.util.Optional;

/** How a server wants to be told which certificate and key to read: the two lines of the include file. */
public enum IncludeSyntax {
    NGINX("ssl_certificate ", "ssl_certificate_key ", ";"),
    APACHE("SSLCertificateFile ", "SSLCertificateKeyFile ", "");

    private final String certificate;
    private final String key;
    private final String end;

    IncludeSyntax(String certificate, String key, String end) {
        this.certificate = certificate;
        this.key = key;
        this.end = end;
    }

    public String include(Path chainFile, Path keyFile) {
        return certificate + chainFile + end + "\n" + key + keyFile + end + "\n";
    }

    /** The certificate file an include names, whoever wrote it; empty where there is no such line. */
    public Optional<Path> chainFile(String include) {
        return include.lines()
                .map(String::strip)
                .filter(line -> line.startsWith(certificate))
                .map(line -> line.substring(certificate.length()).strip())
                .map(line -> line.endsWith(end) ? line.substring(0, line.length() - end.length()) : line)
                .map(line -> Path.of(line.replace("\"", "").strip()))
                .findFirst();
    }
}
