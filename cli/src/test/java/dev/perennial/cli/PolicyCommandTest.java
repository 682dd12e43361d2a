package dev.perennial.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class PolicyCommandTest extends FakeApiSetup {
    private static final String POLICY = """
        {"revision": %s, "complete": %s, "document": {"otherOwners": "DENIED", "owners": {
          "shop": {"hosts": ["web-1"], "maxOrdersPerDay": 100, "newer": 1}, "blog": {}}}}\
        """;

    private static final String CHANGED = """
        otherOwners: DENIED
        owners:
          shop: {hosts: [web-1, web-2], newer: 1}
          wiki: {wildcards: false}
        """;

    private static final String TESTED = """
        {"allowed": %s, "principal": "token:ci-shop", "accessAllowed": true, "accessRule": "requester of owner shop", "revision": 7,
         "problems": [%s], "issuer": "le", "rehearsalAt": "le-staging",
         "fallbacks": [{"issuer": "zero", "usable": true}, {"issuer": "corp", "usable": false, "reason": "rule owners.shop.issuers"}]}\
        """;

    private Path request;

    @BeforeEach
    void prepare() throws IOException {
        responses.put("GET /api/v1/policy", POLICY.formatted(7, true));
        responses.put("PUT /api/v1/policy", POLICY.formatted(8, true));
        request = Files.writeString(dir.resolve("request.yaml"), "name: web\nowner: shop\n");
    }

    @Test
    void showsThePolicyInTheFormThatApplyReads() throws IOException {
        assertThat(run("policy", "show")).isZero();
        assertThat(output).isEqualToNormalizingNewlines("""
            # revision 7
            otherOwners: DENIED
            owners:
              shop:
                hosts:
                - web-1
                maxOrdersPerDay: 100
                newer: 1
              blog: {}
            """);
        Path again = Files.writeString(dir.resolve("again.yaml"), output);

        assertThat(run("policy", "diff", again.toString())).isZero();
        assertThat(output).isEqualTo("no difference to revision 7\n");
    }

    @Test
    void showsWhatAFileWouldChange() throws IOException {
        assertThat(run("policy", "diff", file(CHANGED))).isZero();

        assertThat(output).isEqualToNormalizingNewlines("""
            - owners.blog: present
            ~ owners.shop.hosts: ["web-1"] -> ["web-1","web-2"]
            - owners.shop.maxOrdersPerDay: 100
            + owners.wiki: present
            + owners.wiki.wildcards: false
            """);
        assertThat(requests).noneMatch(call -> call.contains("PUT"));
    }

    @Test
    void showsThatOtherOwnersAreAllowedByDefault() throws IOException {
        assertThat(run(
                        "policy",
                        "diff",
                        file("owners: {shop: {hosts: [web-1], maxOrdersPerDay: 100, newer: 1}, blog: {}}")))
                .isZero();

        assertThat(output).isEqualTo("~ otherOwners: DENIED -> ALLOWED\n");
    }

    @Test
    void appliesAFileToTheRevisionThatItRead() throws IOException {
        assertThat(run("policy", "apply", file(CHANGED))).isZero();

        assertThat(output).contains("+ owners.wiki: present", "applied, revision 8");
        assertThat(requests.getLast())
                .endsWith(
                        "PUT /api/v1/policy {\"otherOwners\":\"DENIED\",\"owners\":{\"shop\":{\"hosts\":[\"web-1\",\"web-2\"],"
                                + "\"newer\":1},\"wiki\":{\"wildcards\":false}}}");
        assertThat(ifMatch).isEqualTo("\"7\"");
    }

    /** Another administrator may have changed the policy since the file was written. */
    @Test
    void appliesAFileToTheRevisionOnWhichItIsBased() throws IOException {
        assertThat(run("policy", "apply", file(CHANGED), "--revision", "6")).isZero();

        assertThat(ifMatch).isEqualTo("\"6\"");
    }

    @Test
    void saysThatAFileChangesNothing() throws IOException {
        responses.put("PUT /api/v1/policy", POLICY.formatted(7, true));

        assertThat(run("policy", "apply", file(CHANGED))).isZero();

        assertThat(output).endsWith("unchanged, revision 7\n");
    }

    @Test
    void refusesToApplyIfThePolicyChangedMeanwhile() throws IOException {
        statuses.put("PUT /api/v1/policy", 412);
        responses.put("PUT /api/v1/policy", """
            {"type": "urn:perennial:error:policy-changed", "title": "Policy changed", "status": 412, "detail": "it has revision 9 now",
             "problems": []}""");

        assertThat(run("policy", "apply", file(CHANGED))).isEqualTo(ExitCode.FAILED);

        assertThat(output).contains("it has revision 9 now").doesNotContain("applied");
    }

    @Test
    void comparesNoPartOfAPolicy() throws IOException {
        responses.put("GET /api/v1/policy", POLICY.formatted(7, false));

        assertThat(run("policy", "show")).isZero();
        assertThat(output).startsWith("# revision 7, only the owners that this token may read\n");
        assertThat(run("policy", "apply", file(CHANGED))).isEqualTo(ExitCode.FAILED);
        assertThat(run("policy", "diff", file(CHANGED))).isEqualTo(ExitCode.FAILED);
        assertThat(requests).noneMatch(call -> call.contains("PUT"));
    }

    @Test
    void refusesFilesThatAreNoPolicy() throws IOException {
        for (String text :
                new String[] {"", "[]", "owners: {", "owners: {a: {}, a: {}}", "owners: {}\n---\nowners: {}"}) {
            assertThat(run("policy", "apply", file(text))).as(text).isEqualTo(ExitCode.UNUSABLE);
        }
        assertThat(run("policy", "apply", dir.resolve("absent").toString())).isEqualTo(ExitCode.UNUSABLE);
        assertThat(requests).isEmpty();
    }

    @Test
    void printsTheDecisionAboutAnAllowedRequest() throws IOException {
        responses.put("POST /api/v1/policy/test", TESTED.formatted(true, ""));

        assertThat(run("policy", "test", "--request", request.toString(), "--as", "ci-shop"))
                .isZero();

        assertThat(output).isEqualToNormalizingNewlines("""
            allowed
            access: token:ci-shop by 'requester of owner shop'
            policy: revision 7
            issuer: le
            rehearsal: le-staging
            fallback: zero
            fallback: corp, not used: rule owners.shop.issuers
            """);
        assertThat(requests.getLast())
                .endsWith("{\"request\":{\"name\":\"web\",\"owner\":\"shop\"},\"as\":\"ci-shop\"}");
    }

    @Test
    void failsForARefusedRequest() throws IOException {
        responses.put(
                "POST /api/v1/policy/test",
                TESTED.replace("\"revision\": 7,", "").formatted(false, """
            {"type": "t", "code": "forbidden-name", "detail": "rule owners.shop.allowedSuffixes\\nallowed"}"""));

        assertThat(run("policy", "test", "--request", request.toString(), "--file", file(CHANGED)))
                .isEqualTo(ExitCode.FAILED);

        assertThat(output)
                .startsWith("refused\n")
                .contains(
                        "policy: the candidate\n",
                        "problem: forbidden-name: rule owners.shop.allowedSuffixes\\nallowed\n");
        assertThat(requests.getLast()).contains("\"policy\":{\"otherOwners\":\"DENIED\"");
    }

    private String file(String text) throws IOException {
        return Files.writeString(dir.resolve("policy.yaml"), text).toString();
    }
}
