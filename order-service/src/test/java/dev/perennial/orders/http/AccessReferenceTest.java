package dev.perennial.orders.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Compares {@code docs/reference/access.md} with the code; {@code -Dcontract.update=true} rewrites the file. */
class AccessReferenceTest {
    static final Path FILE = Path.of("..", "docs", "reference", "access.md");

    @Test
    void everyEndpointHasAPermission() {
        assertThat(Endpoints.all())
                .as("an endpoint without @Permission is denied for everyone")
                .isNotEmpty()
                .allSatisfy(endpoint -> assertThat(endpoint.permission())
                        .as(endpoint.method() + " " + endpoint.path())
                        .isPresent());
    }

    @Test
    void theReferenceIsCurrent() throws IOException {
        String page = """
                # Access

                Generated from the code; `AccessMatrixIT` sends a request for each line with each role.

                Every request needs a bearer token. A principal has grants: a role for some owners, certificates and issuers.
                An action is denied unless one grant has one of its roles and covers the resource. See
                [access](../operating/access.md).

                | endpoint below `/api/v1` | action | roles | a grant must cover |
                |---|---|---|---|
                %s

                | scope | meaning |
                |---|---|
                | certificate | owner, name and issuer of the certificate; a list shows the certificates that a grant covers. The doctor: of a certificate with that name, otherwise all certificates at the issuer; for an issuer (`issuer:diagnose`: operator, admin) the issuer. An approval: what the request concerns; its list shows those that a grant covers. An approval can require an admin, and its requester never decides |
                | issuer | the issuer, for all owners |
                | owner | the owner, with all names and issuers; the policy shows the owners that a grant covers. A test with another policy, or as another principal, requires more: see the API description |
                | installation | all owners, names and issuers |
                | any | nothing: a grant with the role is enough |

                Requests on `certificate.requests.<owner>` have the role `requester` for this owner, those on `certificate.requests`
                for everything: write access to the topic is what authorizes them. The bootstrap token has no grant: it can only create
                the first tokens (`POST /tokens`). The enrolment code of a host can only register one key of this host
                (`POST /hosts/{host}/keys`). Every token may read its own grants (`GET /access/self`) and the description of the API (`/api/openapi`).
                """.formatted(
                        Endpoints.all().stream().map(Endpoints.Endpoint::row).collect(Collectors.joining("\n")));
        if (Boolean.getBoolean("contract.update")) {
            Files.writeString(FILE, page);
        }
        assertThat(Files.readString(FILE))
                .as("docs/reference/access.md differs; rewrite it with -Dcontract.update=true and review the change")
                .isEqualTo(page);
    }
}
