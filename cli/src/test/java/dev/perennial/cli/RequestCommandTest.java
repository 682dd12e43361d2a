package dev.perennial.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Requests of certificates, and {@code --wait}. */
class RequestCommandTest extends FakeApiSetup {
    @Test
    void requestsACertificate() {
        responses.put(
                "POST /api/v1/certificates",
                "{\"disposition\": \"ORDERED\", \"certificateId\": \"01938a4e-7c10-7d3a-9f2e-5b6c7d8e9f01\"}");

        assertThat(run(
                        "request",
                        "shop",
                        "--owner",
                        "web",
                        "--dns",
                        "a.test",
                        "--dns",
                        "*.a.test",
                        "--ip",
                        "192.0.2.1",
                        "--issuer",
                        "le",
                        "--key-type",
                        "EC_P384",
                        "--target",
                        "web-1",
                        "--label",
                        "env=prod"))
                .isZero();

        assertThat(output).contains("shop: ordered, certificate 01938a4e-7c10-7d3a-9f2e-5b6c7d8e9f01");
        assertThat(requests.getFirst()).endsWith("""
            {"name":"shop","owner":"web","identifiers":[{"type":"dns","value":"a.test"},{"type":"dns","value":"*.a.test"},\
            {"type":"ip","value":"192.0.2.1"}],"issuer":"le","keyType":"EC_P384","targets":["web-1"],"labels":{"env":"prod"},"rehearse":false,"keyReuse":false}\
            """);
    }

    @Test
    void requestsAndMarksARehearsal() {
        responses.put(
                "POST /api/v1/certificates",
                "{\"disposition\": \"ORDERED\", \"certificateId\": \"01938a4e-7c10-7d3a-9f2e-5b6c7d8e9f01\"}");
        responses.put("GET /api/v1/certificates/01938a4e-7c10-7d3a-9f2e-5b6c7d8e9f01", """
            {"certificate": {"name": "shop", "owner": "web", "purpose": "REHEARSAL", "state": "FAILED"}, "timeline": [],
             "orders": [{"purpose": "REHEARSAL", "attempt": 1}]}\
            """);

        assertThat(run("request", "shop", "--owner", "web", "--dns", "a.test", "--rehearse", "--wait"))
                .isEqualTo(1);

        assertThat(requests.getFirst()).endsWith("\"labels\":{},\"rehearse\":true,\"keyReuse\":false}");
        assertThat(output).contains("failed (rehearsal)");
    }

    @Test
    void waitsForTheProofAndPrintsProblems() {
        responses.put(
                "POST /api/v1/certificates",
                "{\"disposition\": \"ORDERED\", \"certificateId\": \"01938a4e-7c10-7d3a-9f2e-5b6c7d8e9f01\"}");
        responses.put("GET /api/v1/certificates/01938a4e-7c10-7d3a-9f2e-5b6c7d8e9f01", """
            {"certificate": {"name": "shop", "owner": "web", "state": "FAILED"}, "timeline": [],
             "orders": [{"attempt": 3, "traceId": "t-1", "problem": {"code": "challenge-failed", "detail": "the CA saw nothing"}}]}\
            """);

        assertThat(run("request", "shop", "--owner", "web", "--dns", "a.test", "--wait"))
                .isEqualTo(1);

        assertThat(output)
                .contains(
                        "challenge-failed: the CA saw nothing",
                        "there is no automatic retry",
                        "the order failed permanently",
                        "t-1");
    }

    @Test
    void printsTheProblemAndTheNextAttemptUntilTheTimeout() {
        responses.put(
                "POST /api/v1/certificates",
                "{\"disposition\": \"ORDERED\", \"certificateId\": \"01938a4e-7c10-7d3a-9f2e-5b6c7d8e9f01\"}");
        responses.put("GET /api/v1/certificates/01938a4e-7c10-7d3a-9f2e-5b6c7d8e9f01", """
            {"certificate": {"name": "shop", "owner": "web", "state": "UNDEPLOYED", "targets": ["web-1"]},
             "orders": [{"attempt": 1, "dueAt": "2026-11-21T10:15:00Z",
                         "problem": {"code": "handshake-mismatch", "detail": "another certificate is served"}}]}\
            """);

        assertThat(run("request", "shop", "--owner", "web", "--dns", "a.test", "--wait", "--timeout", "0"))
                .isEqualTo(3);

        assertThat(output)
                .containsSubsequence(
                        "undeployed",
                        "handshake-mismatch: another certificate is served",
                        "next attempt 2026-11-21T10:15:00Z",
                        "timed out after 0 s; the order continues");
    }

    @Test
    void stopsWaitingIfThereIsNoNextAttempt() {
        responses.put(
                "POST /api/v1/certificates",
                "{\"disposition\": \"ORDERED\", \"certificateId\": \"01938a4e-7c10-7d3a-9f2e-5b6c7d8e9f01\"}");
        responses.put("GET /api/v1/certificates/01938a4e-7c10-7d3a-9f2e-5b6c7d8e9f01", """
            {"certificate": {"name": "shop", "owner": "web", "state": "UNDEPLOYED", "targets": ["web-1"]},
             "orders": [{"problem": {"code": "handshake-mismatch", "detail": "another certificate is served"}}]}\
            """);

        assertThat(run("request", "shop", "--owner", "web", "--dns", "a.test", "--wait"))
                .isEqualTo(1);
        assertThat(output).contains("there is no automatic retry");
    }
}
