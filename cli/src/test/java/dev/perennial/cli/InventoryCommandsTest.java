package dev.perennial.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** {@code list} and {@code show}. */
class InventoryCommandsTest extends FakeApiSetup {
    @Test
    void listsAllPages() {
        responses.put("GET /api/v1/certificates?limit=500&owner=a%20b", """
            {"items": [{"name": "shop", "owner": "a b", "state": "DUE", "waiting": {"reason": "x"},
                        "identifiers": [{"type": "dns", "value": "a.test"}]}], "next": "more"}\
            """);
        responses.put("GET /api/v1/certificates?limit=500&owner=a%20b&cursor=more", """
            {"items": [{"name": "mail", "owner": "a b", "state": "DEPLOYED", "identifiers": [],
                        "issued": {"notAfter": "2027-01-31T00:00:00Z"}}]}\
            """);

        assertThat(run("list", "--owner", "a b")).isZero();

        assertThat(output).containsSubsequence("shop", "due (waiting)", "a.test", "mail", "2027-01-31");
    }

    @Test
    void printsNoTableHeaderBeforeAnError() {
        status = 403;

        assertThat(run("list")).isNotZero();

        assertThat(output).doesNotContain("NAME");
    }

    @Test
    void filtersByPartOfTheNameAndByCoveredName() {
        responses.put(
                "GET /api/v1/certificates?limit=500&nameContains=sho&identifier=a.test&expiresBefore=2027-01-31T00%3A00%3A00Z",
                """
                {"items": [{"name": "shop", "owner": "web", "state": "DEPLOYED", "identifiers": []}]}\
                """);

        assertThat(run(
                        "list",
                        "--name-contains",
                        "sho",
                        "--identifier",
                        "a.test",
                        "--expires-before",
                        "2027-01-31T00:00:00Z"))
                .isZero();

        assertThat(output).contains("shop");
    }

    @Test
    void showsATimelineAndRequiresTheOwnerOfAnAmbiguousName() {
        responses.put(
                "GET /api/v1/certificates?name=shop",
                "{\"items\": [{\"certificateId\": \"01938a4e-7c10-7d3a-9f2e-5b6c7d8e9f01\"}]}");
        responses.put("GET /api/v1/certificates/01938a4e-7c10-7d3a-9f2e-5b6c7d8e9f01", """
            {"certificate": {"name": "shop", "owner": "web", "state": "DUE"},
             "orders": [{"attempt": 1, "waiting": {"reason": "budget is used up", "until": "2027-01-31T00:00:00Z"}}],
             "timeline": [{"at": "2026-11-21T12:00:00Z", "entry": "order.placed", "detail": {"attempt": 1}}]}\
            """);
        assertThat(run("show", "shop")).isZero();
        assertThat(output).contains("budget is used up", "2027-01-31", "2026-11-21T12:00:00Z  order.placed  attempt=1");

        responses.put(
                "GET /api/v1/certificates?name=shop", "{\"items\": [{\"name\": \"shop\"}, {\"name\": \"shop\"}]}");
        assertThat(run("show", "shop")).isEqualTo(2);
        assertThat(output).contains("--owner");
        responses.put("GET /api/v1/certificates?name=shop", "{\"items\": []}");
        assertThat(run("show", "shop")).isEqualTo(1);
    }

    @Test
    void showsTheTimeAndCauseOfTheNextRenewal() {
        responses.put(
                "GET /api/v1/certificates?name=shop",
                "{\"items\": [{\"certificateId\": \"01938a4e-7c10-7d3a-9f2e-5b6c7d8e9f01\"}]}");
        responses.put("GET /api/v1/certificates/01938a4e-7c10-7d3a-9f2e-5b6c7d8e9f01", """
            {"certificate": {"name": "shop", "owner": "web", "state": "DEPLOYED",
              "renewal": {"at": "2027-01-31T02:00:00.123Z", "cause": "SUGGESTED_WINDOW", "deadline": "2027-02-08T00:00:00Z",
                "window": "night", "suggested": {"start": "2027-01-30T00:00:00Z", "end": "2027-02-01T00:00:00Z",
                "explanation": "https://ca.test/why"}}},
             "orders": [{"cause": "LIFETIME_SPENT"}]}\
            """);

        assertThat(run("show", "shop")).isZero();

        assertThat(output)
                .contains(
                        "2027-01-31T02:00:00Z: suggested window, in change window night, no later than"
                                + " 2027-02-08T00:00:00Z",
                        "CA window    2027-01-30T00:00:00Z to 2027-02-01T00:00:00Z, see https://ca.test/why",
                        "lifetime spent");
    }

    @Test
    void showsTheStatusOfIssuedCertificates() {
        responses.put("GET /api/v1/certificates/01938a4e-7c10-7d3a-9f2e-5b6c7d8e9f01", """
            {"certificate": {"name": "shop", "owner": "web"}, "orders": [], "timeline": [], "issued": [
              {"serial": "b2", "issuer": "le", "notAfter": "2027-02-19T09:12:55Z", "inUse": true,
               "status": {"status": "NOT_OFFERED", "since": "2026-11-20T10:00:00Z"},
               "revocation": {"state": "REPLACING", "reason": "superseded", "dueAt": "2026-11-21T10:15:00Z"}},
              {"serial": "a1", "issuer": "le", "notAfter": "2027-01-19T09:12:55Z", "inUse": false,
               "revokedAt": "2026-11-21T10:15:00Z", "revocationReason": "superseded"}]}\
            """);

        assertThat(run("show", "01938a4e-7c10-7d3a-9f2e-5b6c7d8e9f01")).isZero();

        assertThat(output)
                .contains("in use       serial b2 by le until 2027-02-19T09:12:55Z")
                .contains("revocation   no CRL or OCSP responder in the certificate since 2026-11-20T10:00:00Z")
                .contains("revocation   replacing, superseded")
                .contains("revoked      2026-11-21T10:15:00Z: superseded");
    }
}
