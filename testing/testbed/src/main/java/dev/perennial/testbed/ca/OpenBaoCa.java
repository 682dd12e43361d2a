package dev.perennial.testbed.ca;

import com.fasterxml.jackson.databind.JsonNode;
import dev.perennial.testbed.vault.VaultApi;
import dev.perennial.testbed.vault.VaultPart;
import java.net.URI;
import java.util.List;
import java.util.Map;

/**
 * The ACME server of a PKI mount of OpenBao. The testbed's Vault can have several mounts. It validates http-01 and tls-alpn-01 at
 * ports 80 and 443 only, so tests use dns-01.
 */
public final class OpenBaoCa {
    private static final String ROLE = "web";

    private final VaultPart vault;
    private final VaultApi api;
    private final String mount;
    private final String issuingRoot;

    private OpenBaoCa(VaultPart vault, String mount, String issuingRoot) {
        this.vault = vault;
        this.api = vault.api();
        this.mount = mount;
        this.issuingRoot = issuingRoot;
    }

    /**
     * @param mount path and name of the mount
     * @param domain permitted domain, including names below it and wildcards
     * @param resolver {@code ip:port} of the DNS server that it queries
     * @param bound whether accounts require an external account binding
     */
    public static OpenBaoCa mount(VaultPart vault, String mount, String domain, String resolver, boolean bound) {
        VaultApi api = vault.api();
        api.put("sys/mounts/" + mount, Map.of("type", "pki", "config", tuning()));
        String path = vault.tlsAddress().resolve("/v1/" + mount).toString();
        api.put(mount + "/config/cluster", Map.of("path", path, "aia_path", path));
        JsonNode root = api.put(
                mount + "/root/generate/internal",
                Map.of("common_name", mount + " root", "ttl", "720h", "key_type", "ec", "key_bits", 256));
        api.put(
                mount + "/config/urls",
                pointers(vault.address().resolve("/v1/" + mount).toString()));
        api.put(
                mount + "/roles/" + ROLE,
                Map.of(
                        "allowed_domains", domain,
                        "allow_subdomains", true,
                        "allow_bare_domains", true,
                        "allow_wildcard_certificates", true,
                        "key_type", "any",
                        "no_store", false,
                        "ttl", "72h"));
        api.put(
                mount + "/config/acme",
                Map.of(
                        "enabled",
                        true,
                        "dns_resolver",
                        resolver,
                        "default_directory_policy",
                        "role:" + ROLE,
                        "allowed_roles",
                        ROLE,
                        "eab_policy",
                        bound ? "always-required" : "not-required"));
        return new OpenBaoCa(
                vault, mount, root.required("data").required("certificate").asText());
    }

    /** The issuer, CRL and OCSP URLs in issued certificates. */
    private static Map<String, Object> pointers(String mount) {
        return Map.of(
                "issuing_certificates", List.of(mount + "/ca"),
                "crl_distribution_points", List.of(mount + "/crl"),
                "ocsp_servers", List.of(mount + "/ocsp"));
    }

    /** Revokes a certificate without a request of its owner. @param serial hex */
    public void revoke(String serial) {
        String padded = serial.length() % 2 == 0 ? serial : "0" + serial;
        api.put(mount + "/revoke", Map.of("serial_number", padded.replaceAll("..(?!$)", "$0:")));
    }

    /** OpenBao drops headers that are not configured; without these, clients receive no nonces and no URLs. */
    private static Map<String, Object> tuning() {
        return Map.of(
                "max_lease_ttl",
                "720h",
                "passthrough_request_headers",
                List.of("If-Modified-Since"),
                "allowed_response_headers",
                List.of("Last-Modified", "Location", "Replay-Nonce", "Link"));
    }

    /** The ACME directory. */
    public URI directory() {
        return vault.tlsAddress().resolve("/v1/" + mount + "/roles/" + ROLE + "/acme/directory");
    }

    /** PEM of the root that a client of the directory must trust. */
    public String roots() {
        return vault.tlsRoot();
    }

    /** PEM of the root that issued certificates chain to. */
    public String issuingRoot() {
        return issuingRoot;
    }

    /** Creates an external account, which is valid for one ACME account. */
    public ExternalAccountKey newExternalAccount() {
        JsonNode created =
                api.put(mount + "/roles/" + ROLE + "/acme/new-eab", Map.of()).required("data");
        return new ExternalAccountKey(
                created.required("id").asText(), created.required("key").asText());
    }
}
