package dev.perennial.agent.targets.includefile;

import java.nio.file.Path;
import java.util.Optional;

/** The two lines of an include file, which name the certificate and the key. */
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

    /** The certificate file that an include names, also one written by hand; empty if there is no such line. */
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
