package dev.perennial.acme;

import java.net.URI;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Known CAs: the directory URL, and whether the CA requires an external account binding (RFC 8555 section 7.3.4). The
 * directories of the public CAs are taken from their documentation and were not tested from here.
 */
public enum CaPreset {
    LETSENCRYPT("https://acme-v02.api.letsencrypt.org/directory", false),
    LETSENCRYPT_STAGING("https://acme-staging-v02.api.letsencrypt.org/directory", false),
    ZEROSSL("https://acme.zerossl.com/v2/DV90", true),
    GOOGLE("https://dv.acme-v02.api.pki.goog/directory", true),
    GOOGLE_STAGING("https://dv.acme-v02.test-api.pki.goog/directory", true),
    SECTIGO("https://acme.sectigo.com/v2/DV", true),
    DIGICERT("https://acme.digicert.com/v2/acme/directory/", true),
    SSLCOM_ECC("https://acme.ssl.com/sslcom-dv-ecc", true),
    SSLCOM_RSA("https://acme.ssl.com/sslcom-dv-rsa", true),
    /**
     * Self-hosted: the operator configures the directory and, if required, the external account binding. Connects to
     * ports 80 and 443 only for http-01 and tls-alpn-01.
     */
    OPENBAO_PKI(null, false),
    /**
     * Self-hosted: the operator configures the directory. The open source edition requires no external account
     * binding.
     */
    STEP_CA(null, false);

    private final Optional<URI> directory;
    private final boolean externalAccountRequired;

    CaPreset(String directory, boolean externalAccountRequired) {
        this.directory = Optional.ofNullable(directory).map(URI::create);
        this.externalAccountRequired = externalAccountRequired;
    }

    /** Finds a preset by its name in the settings, for example {@code letsencrypt-staging}. */
    public static Optional<CaPreset> named(String name) {
        return Arrays.stream(values())
                .filter(preset -> preset.settingsName().equals(name))
                .findFirst();
    }

    /** The names of all presets. */
    public static List<String> settingsNames() {
        return Arrays.stream(values()).map(CaPreset::settingsName).toList();
    }

    public String settingsName() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** Empty for self-hosted software. */
    public Optional<URI> directory() {
        return directory;
    }

    /** Whether the CA requires an external account binding. */
    public boolean externalAccountRequired() {
        return externalAccountRequired;
    }
}
