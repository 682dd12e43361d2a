package dev.perennial.orders.status;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.perennial.acme.AddressPolicy;
import dev.perennial.vault.OpenBao;
import io.vertx.core.Vertx;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The CRL and the OCSP responder of a real CA. */
class OpenBaoStatusIT {
    private static final Vertx VERTX = Vertx.vertx();

    @TempDir
    static Path folder;

    private static OpenBao bao;
    private static StatusCheck check;

    @BeforeAll
    static void start() {
        bao = OpenBao.start(folder);
        bao.admin("POST", "sys/mounts/pki", Map.of("type", "pki"));
        bao.admin(
                "POST",
                "pki/root/generate/internal",
                Map.of("common_name", "root of the test", "ttl", "720h", "key_type", "ec", "key_bits", 256));
        bao.admin(
                "POST",
                "pki/roles/web",
                Map.of("allow_any_name", true, "key_type", "ec", "key_bits", 256, "no_store", false, "ttl", "72h"));
        StatusFetch fetch = new StatusFetch(VERTX, AddressPolicy.of(List.of("127.0.0.0/8")), Duration.ofSeconds(10));
        CrlCache lists = new CrlCache(fetch, 1_000_000, 16_000_000L, Duration.ZERO, Clock.systemUTC());
        check = new StatusCheck(fetch, lists, Clock.systemUTC());
    }

    @AfterAll
    static void stop() {
        bao.close();
        VERTX.close();
    }

    @Test
    void detectsARevocationByCrl() throws CertificateException {
        offering(Map.of("crl_distribution_points", List.of(url("crl"))));
        assertDetectsARevocation("pki/crl");
    }

    @Test
    void detectsARevocationByOcsp() throws CertificateException {
        offering(Map.of("ocsp_servers", List.of(url("ocsp")), "crl_distribution_points", List.of()));
        assertDetectsARevocation("pki/ocsp");
    }

    private static void assertDetectsARevocation(String source) throws CertificateException {
        JsonNode issued = bao.admin("POST", "pki/issue/web", Map.of("common_name", "shop.example.com"))
                .get("data");
        X509Certificate leaf = certificate(issued.get("certificate").asText());
        assertThat(check.at(leaf, Optional.empty())).isInstanceOf(StatusResult.Good.class);

        bao.admin(
                "POST",
                "pki/revoke",
                Map.of("serial_number", issued.get("serial_number").asText()));

        assertThat(check.at(leaf, Optional.empty()))
                .isInstanceOfSatisfying(StatusResult.Revoked.class, revoked -> assertThat(revoked.source())
                        .contains(source));
    }

    private static void offering(Map<String, Object> urls) {
        Map<String, Object> all = new java.util.HashMap<>(urls);
        all.put("issuing_certificates", List.of(url("ca")));
        bao.admin("POST", "pki/config/urls", all);
    }

    private static String url(String path) {
        return bao.address().resolve("/v1/pki/" + path).toString();
    }

    private static X509Certificate certificate(String pem) throws CertificateException {
        return (X509Certificate) CertificateFactory.getInstance("X.509")
                .generateCertificate(new ByteArrayInputStream(pem.getBytes(StandardCharsets.US_ASCII)));
    }
}
