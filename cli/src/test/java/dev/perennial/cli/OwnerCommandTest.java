package dev.perennial.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class OwnerCommandTest extends FakeApiSetup {
    @Test
    void listsTheOwnersOfAllPages() {
        responses.put("GET /api/v1/owners?limit=500", """
                {"items": [{"name": "blog", "listed": true, "contacts": ["blog@example.com"]}], "next": "blog"}""");
        responses.put("GET /api/v1/owners?limit=500&after=blog", """
                {"items": [{"name": "shop", "listed": false}]}""");

        assertThat(run("owner", "list")).isZero();

        assertThat(output.lines().map(line -> line.replaceAll(" +", " ").strip()))
                .contains("OWNER POLICY CONTACTS", "blog listed blog@example.com", "shop -");
    }

    @Test
    void showsAnOwner() {
        responses.put("GET /api/v1/owners/shop", """
                {"name": "shop", "listed": true, "policy": {"contacts": ["shop@example.com"], "hosts": ["web-1"]},
                 "quota": {"mayRequest": true, "maxOrdersPerDay": 100, "ordersLastDay": 100,
                           "nextPossibleAt": "2026-12-01T12:00:00Z"},
                 "certificates": {"DEPLOYED": 1234, "FAILED": 1}}""");

        assertThat(run("owner", "show", "shop")).isZero();

        assertThat(output)
                .contains("1,234 deployed", "1 failed", "contacts: [\"shop@example.com\"]", "hosts: [\"web-1\"]")
                .contains("100 requested in the last 24 hours, at most 100, the next one is possible at"
                        + " 2026-12-01T12:00:00Z");
    }

    @Test
    void showsAnOwnerThatMayRequestNothing() {
        responses.put("GET /api/v1/owners/shop", """
                {"name": "shop", "listed": false, "quota": {"mayRequest": false, "ordersLastDay": 0},
                 "certificates": {"DEPLOYED": 1}}""");

        assertThat(run("owner", "show", "shop")).isZero();

        assertThat(output).contains("may request nothing", "not listed; field otherOwners applies");
    }
}
