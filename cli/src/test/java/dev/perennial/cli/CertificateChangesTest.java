package dev.perennial.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** {@code renew}, {@code retire}, {@code transfer} and {@code revoke}. */
class CertificateChangesTest extends FakeApiSetup {
    @Test
    void renewsACertificateAndWaitsForTheProof() {
        responses.put(
                "GET /api/v1/certificates?name=shop",
                "{\"items\": [{\"certificateId\": \"01938a4e-7c10-7d3a-9f2e-5b6c7d8e9f01\"}]}");
        responses.put(
                "POST /api/v1/certificates/01938a4e-7c10-7d3a-9f2e-5b6c7d8e9f01/renewals",
                "{\"disposition\": \"ALREADY_RUNNING\", \"orderId\": \"01938a4e-7c10-7d3a-9f2e-5b6c7d8e9f02\"}");
        responses.put("GET /api/v1/certificates/01938a4e-7c10-7d3a-9f2e-5b6c7d8e9f01", """
            {"certificate": {"name": "shop", "owner": "web", "state": "DEPLOYED", "targets": ["web-1"]}, "orders": [{}]}\
            """);

        assertThat(run("renew", "shop", "--reason", "new root", "--wait")).isZero();

        assertThat(requests)
                .anyMatch(call ->
                        call.endsWith("01938a4e-7c10-7d3a-9f2e-5b6c7d8e9f01/renewals {\"reason\":\"new root\"}"));
        assertThat(output).contains("shop: already running, order 01938a4e-7c10-7d3a-9f2e-5b6c7d8e9f02", "deployed");
    }

    @Test
    void retiresACertificateAndResumesItsRenewal() {
        responses.put(
                "GET /api/v1/certificates?name=shop",
                "{\"items\": [{\"certificateId\": \"01938a4e-7c10-7d3a-9f2e-5b6c7d8e9f01\"}]}");

        assertThat(run("retire", "shop", "--reason", "it is closed")).isZero();
        assertThat(output).contains("it is not renewed");
        assertThat(run("retire", "shop", "--undo")).isZero();
        assertThat(output).contains("renewal resumed");

        assertThat(requests)
                .contains(
                        "Bearer secret PUT /api/v1/certificates/01938a4e-7c10-7d3a-9f2e-5b6c7d8e9f01/retirement"
                                + " {\"reason\":\"it is closed\"}",
                        "Bearer secret DELETE /api/v1/certificates/01938a4e-7c10-7d3a-9f2e-5b6c7d8e9f01/retirement ");
    }

    @Test
    void transfersACertificate() {
        responses.put(
                "GET /api/v1/certificates?name=shop&owner=shop",
                "{\"items\": [{\"certificateId\": \"01938a4e-7c10-7d3a-9f2e-5b6c7d8e9f01\"}]}");
        String transfer = "POST /api/v1/certificates/01938a4e-7c10-7d3a-9f2e-5b6c7d8e9f01/transfer";
        String done = "{\"name\": \"shop\", \"formerOwner\": \"%s\", \"owner\": \"blog\"}";
        responses.put(transfer + "?dryRun=true", done.formatted("shop"));
        responses.put(transfer, done.formatted("shop"));

        assertThat(run("transfer", "shop", "--owner", "shop", "--to", "blog", "--dry-run"))
                .isZero();
        assertThat(output).contains("shop can be transferred from shop to blog; nothing was changed");
        assertThat(run("transfer", "shop", "--owner", "shop", "--to", "blog", "--label", "cost-centre=4711"))
                .isZero();
        assertThat(output).contains("shop: transferred from shop to blog");
        assertThat(requests)
                .endsWith("Bearer secret " + transfer + " {\"owner\":\"blog\",\"labels\":{\"cost-centre\":\"4711\"}}");

        responses.put(transfer, done.formatted("blog"));
        assertThat(run("transfer", "shop", "--owner", "shop", "--to", "blog")).isZero();
        assertThat(output).contains("shop belongs to blog already; nothing was changed");
    }

    @Test
    void requiresAReasonForARetirement() {
        assertThat(run("retire", "shop")).isEqualTo(2);
        assertThat(requests).isEmpty();
    }

    @Test
    void printsTheEffectOfARevocationAndOrdersIt() {
        revocable();

        assertThat(run("revoke", "shop", "--reason", "keyCompromise", "--comment", "lost", "--yes"))
                .isZero();

        assertThat(output)
                .contains("shop of web, serial ab12: a replacement with a new key is served first")
                .contains("no later than 2026-11-21T10:15:00Z")
                .contains("1 revocation(s) ordered");
        assertThat(requests)
                .endsWith("Bearer secret POST /api/v1/certificates/01938a4e-7c10-7d3a-9f2e-5b6c7d8e9f01/revocations"
                        + " {\"fingerprint\":\"cd34\",\"reason\":\"keyCompromise\",\"comment\":\"lost\"}");
    }

    @Test
    void revokesNothingWithoutConfirmation() {
        revocable();

        assertThat(runWithInput("no\n", "revoke", "shop", "--reason", "superseded"))
                .isEqualTo(1);
        assertThat(output).contains("nothing has changed");
        assertThat(runWithInput("", "revoke", "shop", "--reason", "superseded")).isEqualTo(2);
        assertThat(output)
                .contains("\nperennial: stdin is not interactive; pass --yes to skip the confirmation")
                .doesNotContain("Usage:");
        assertThat(requests).noneMatch(call -> call.contains("/revocations {"));
        assertThat(runWithInput("y\n", "revoke", "shop", "--reason", "superseded"))
                .isZero();
        assertThat(requests).filteredOn(call -> call.contains("/revocations {")).hasSize(1);
    }

    private void revocable() {
        responses.put(
                "GET /api/v1/certificates?name=shop",
                "{\"items\": [{\"certificateId\": \"01938a4e-7c10-7d3a-9f2e-5b6c7d8e9f01\"}]}");
        String planned = """
            {"revocations": [{"certificateId": "01938a4e-7c10-7d3a-9f2e-5b6c7d8e9f01", "fingerprint": "cd34",
                              "name": "shop", "owner": "web", "serial": "ab12", "replacedFirst": true, "retired": false,
                              "revokeBy": "2026-11-21T10:15:00Z"}]}\
            """;
        responses.put(
                "POST /api/v1/certificates/01938a4e-7c10-7d3a-9f2e-5b6c7d8e9f01/revocations?dryRun=true", planned);
        responses.put("POST /api/v1/certificates/01938a4e-7c10-7d3a-9f2e-5b6c7d8e9f01/revocations", planned);
    }
}
