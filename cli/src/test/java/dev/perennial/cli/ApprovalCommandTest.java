package dev.perennial.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ApprovalCommandTest extends FakeApiSetup {
    private static final String ID = "01938a4e-7f00-7000-8000-0000000000a1";
    private static final String CERTIFICATE = "01938a4e-7c10-7d3a-9f2e-5b6c7d8e9f01";
    private static final String APPROVAL = """
        {"id": "%s", "state": "%s", "action": "certificate:request", "owner": "blog", "name": "web", "issuer": "le",
         "requester": "token:ci-blog", "role": "approver", "rule": "owners.blog.approvals.requests",
         "createdAt": "2026-11-21T10:00:00.123Z", "expiresAt": "2026-11-23T10:00:00Z"%s}""";
    private static final String WAITING = """
        {"approval": {"id": "%s", "role": "approver", "expiresAt": "2026-11-23T10:00:00Z",
         "text": "waits for approval by role approver until 2026-11-23T10:00:00Z"}}""".formatted(ID);

    @Test
    void listsTheWaitingOnes() {
        responses.put("GET /api/v1/approvals?limit=50&state=waiting", page());
        responses.put("GET /api/v1/approvals?limit=50", page());

        assertThat(run("approval", "list")).isZero();
        assertThat(output).contains(ID, "waiting", "2026-11-23T10:00:00Z", "token:ci-blog", "blog/web");
        assertThat(run("approval", "list", "--all")).isZero();
        assertThat(output).contains(ID);
    }

    private static String page() {
        return "{\"items\": [" + APPROVAL.formatted(ID, "WAITING", "") + "]}";
    }

    @Test
    void showsTheRequest() {
        responses.put(
                "GET /api/v1/approvals/" + ID,
                APPROVAL.formatted(ID, "WAITING", ", \"request\": {\"name\": \"web\", \"targets\": [\"web-1\"]}"));

        assertThat(run("approval", "show", ID)).isZero();

        assertThat(output)
                .contains("waits for approval by role approver until 2026-11-23T10:00:00Z", "name: web", "- web-1");
    }

    @Test
    void sendsTheDecisionWithItsComment() {
        responses.put(
                "POST /api/v1/approvals/" + ID + "/reject",
                APPROVAL.formatted(ID, "REJECTED", ", \"decidedBy\": \"user:alice\", \"comment\": \"not\\nours\""));

        assertThat(run("approval", "reject", ID, "--comment", "not ours")).isZero();

        assertThat(requests.getLast()).endsWith("{\"comment\":\"not ours\"}");
        assertThat(output).contains("rejected by user:alice: not\\nours");
        responses.put("POST /api/v1/approvals/" + ID + "/approve", APPROVAL.formatted(ID, "APPROVED", ""));
        assertThat(run("approval", "approve", ID)).isZero();
        assertThat(output).contains(": approved");
        assertThat(run("approval", "withdraw", ID)).isZero();
        assertThat(requests.getLast()).contains("DELETE /api/v1/approvals/" + ID);
    }

    @Test
    void printsForWhichApprovalARequestWaits() {
        responses.put("POST /api/v1/certificates", WAITING);

        assertThat(run("request", "web", "--owner", "blog", "--dns", "www.blog.example.com"))
                .isZero();

        assertThat(output)
                .contains("web: waits for approval by role approver until 2026-11-23T10:00:00Z; approval id " + ID);
        assertThat(requests).hasSize(1);
    }

    @Test
    void waitsForTheApprovalAndThenForTheOrder() {
        responses.put("POST /api/v1/certificates", WAITING);
        responses.put(
                "GET /api/v1/approvals/" + ID,
                APPROVAL.formatted(ID, "APPROVED", ", \"result\": {\"certificateId\": \"" + CERTIFICATE + "\"}"));
        responses.put("GET /api/v1/certificates/" + CERTIFICATE, """
            {"certificate": {"id": "%s", "name": "web", "owner": "blog", "identifiers": [], "issuer": "le", "targets": [],
             "state": "ISSUED", "labels": {}}, "orders": [], "issued": [], "timeline": []}""".formatted(CERTIFICATE));

        assertThat(run("request", "web", "--owner", "blog", "--dns", "www.blog.example.com", "--wait"))
                .as(output)
                .isZero();

        responses.put("GET /api/v1/approvals/" + ID, APPROVAL.formatted(ID, "REJECTED", ""));
        assertThat(run("request", "web", "--owner", "blog", "--dns", "www.blog.example.com", "--wait"))
                .isEqualTo(ExitCode.FAILED);
        assertThat(output).contains(": rejected");
    }
}
