package dev.perennial.agent.targets.includefile;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The two lines of an include file, which name the certificate and the key. */
public enum IncludeSyntax {
    NGINX("ssl_certificate %s;\nssl_certificate_key %s;\n", "(?:^|[;{}])\\s*ssl_certificate\\s+", 0),
    APACHE(
            "SSLCertificateFile %s\nSSLCertificateKeyFile %s\n",
            "^\\s*SSLCertificateFile\\s+",
            // Names of Apache's directives are case-insensitive.
            Pattern.CASE_INSENSITIVE),
    POSTGRESQL(
            "ssl_cert_file = '%s'\nssl_key_file = '%s'\n",
            "^\\s*ssl_cert_file(?:\\s*=\\s*|\\s+)",
            // So are those of PostgreSQL's parameters.
            Pattern.CASE_INSENSITIVE),
    /** Of Dovecot 2.3. */
    DOVECOT("ssl_cert = <%s\nssl_key = <%s\n", "^\\s*ssl_cert\\s*=\\s*<\\s*", 0);

    /** In all of them a comment starts with a "#" at the begin of a word and ends with the line. */
    private static final Pattern COMMENT = Pattern.compile("(?m)(^|[\\s;{}])#.*$");

    private final String lines;
    private final Pattern certificateValue;

    IncludeSyntax(String lines, String beforeValue, int flags) {
        this.lines = lines;
        this.certificateValue =
                Pattern.compile(beforeValue + "(?:\"([^\"]+)\"|'([^']+)'|([^\\s;\"']+))", Pattern.MULTILINE | flags);
    }

    public String include(Path chainFile, Path keyFile) {
        return lines.formatted(chainFile, keyFile);
    }

    /** The certificate file that an include names, also one written by hand; empty if it names none. */
    public Optional<Path> chainFile(String include) {
        Matcher matcher = certificateValue.matcher(COMMENT.matcher(include).replaceAll("$1"));
        return matcher.find() ? path(matcher) : Optional.empty();
    }

    private static Optional<Path> path(Matcher matcher) {
        for (int group = 1; group <= matcher.groupCount(); group++) {
            if (matcher.group(group) != null) {
                try {
                    return Optional.of(Path.of(matcher.group(group)));
                } catch (InvalidPathException e) {
                    return Optional.empty();
                }
            }
        }
        return Optional.empty();
    }
}
