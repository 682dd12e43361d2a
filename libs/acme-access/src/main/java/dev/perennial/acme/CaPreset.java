package dev.perennial.acme;

import java.net.URI;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * What is known of a CA, so that nobody has to look it up: its directory, and whether it binds accounts to a customer (RFC 8555
 * section 7.3.4). Of the public ones none was asked from here; the directories are the ones they document.
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
     * An installation of one's own, so its directory has to be told, and whether it binds accounts. Looks for http-01 and tls-alpn-01
     * answers at ports 80 and 443 only.
     */
    OPENBAO_PKI(null, false),
    /** An installation of one's own, so its directory has to be told. The free one binds no accounts. */
    STEP_CA(null, false);

    private final Optional<URI> directory;
    private final boolean externalAccountRequired;

    CaPreset(String directory, boolean externalAccountRequired) {
        this.directory = Optional.ofNullable(directory).map(URI::create);
        this.externalAccountRequired = externalAccountRequired;
    }

    /** By the name that settings use: {@code letsencrypt-staging}. */
    public static Optional<CaPreset> named(String name) {
        return Arrays.stream(values())
                .filter(preset -> preset.settingsName().equals(name))
                .findFirst();
    }

    /** Of all of them. */
    public static List<String> settingsNames() {
        return Arrays.stream(values()).map(CaPreset::settingsName).toList();
    }

    public String settingsName() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** Empty for software that everybody runs at another address. */
    public Optional<URI> directory() {
        return directory;
    }

    /** Whether an account needs an external account binding. */
    public boolean externalAccountRequired() {
        return externalAccountRequired;
    }
}
