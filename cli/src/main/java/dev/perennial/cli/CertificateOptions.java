package dev.perennial.cli;

import dev.perennial.api.CertificatePage;
import dev.perennial.api.CertificateSummary;
import dev.perennial.events.CertificateId;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;

/** Selects one certificate. */
final class CertificateOptions {
    private static final Pattern ID = Pattern.compile("[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}");

    @Parameters(index = "0", paramLabel = "NAME|ID", description = "name or id of the certificate")
    private String subject;

    @Option(names = "--owner", description = "owner of the certificate; required if several owners use the name")
    private Optional<String> owner = Optional.empty();

    String subject() {
        return subject;
    }

    /** @throws ParameterException if several owners have a certificate with this name */
    CertificateId find(ApiClient api, CommandSpec spec) {
        if (ID.matcher(subject).matches()) {
            return CertificateId.of(subject);
        }
        String query = "certificates?name=" + ApiClient.encoded(subject)
                + owner.map(it -> "&owner=" + ApiClient.encoded(it)).orElse("");
        List<CertificateSummary> found =
                api.get(query, CertificatePage.class).value().items();
        if (found.isEmpty()) {
            throw new ApiProblemException("perennial: there is no certificate named '" + subject + "'"
                    + owner.map(it -> " of the owner '" + it + "'").orElse(""));
        }
        if (found.size() > 1) {
            throw new ParameterException(
                    spec.commandLine(), "several owners have a certificate named '" + subject + "'; specify --owner");
        }
        return found.getFirst().certificateId();
    }
}
