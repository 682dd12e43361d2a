package dev.perennial.scenarios;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.perennial.events.EventCodec;
import dev.perennial.testbed.Checkout;
import dev.perennial.testbed.RunFolder;
import dev.perennial.testbed.Stack;
import dev.perennial.testbed.identity.KeycloakPart;
import dev.perennial.testbed.process.ProcessLauncher;
import dev.perennial.testbed.process.RandomSecrets;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/** People who log in at a real Keycloak and use the command line, and what each of them may do. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class KeycloakPlatformIT {
    private static final String REALM = "corp";
    private static final String PASSWORD = RandomSecrets.password();
    private static final Pattern COMPLETE = Pattern.compile("(http://\\S+user_code=\\S+)");

    /** A public client with the device flow, whose tokens have the audience of the API and the groups of the user. */
    private static final String REALM_JSON =
            """
            {
              "realm": "corp", "enabled": true, "sslRequired": "none",
              "roles": {"realm": [{"name": "cert-requester"}, {"name": "cert-admin"}]},
              "groups": [{"name": "teams", "subGroups": [{"name": "shop"}, {"name": "blog"}]}],
              "clients": [{
                "clientId": "perennial-cli", "publicClient": true, "standardFlowEnabled": false,
                "directAccessGrantsEnabled": true,
                "attributes": {"oauth2.device.authorization.grant.enabled": "true"},
                "protocolMappers": [
                  {"name": "audience", "protocol": "openid-connect", "protocolMapper": "oidc-audience-mapper",
                   "config": {"included.custom.audience": "perennial", "access.token.claim": "true",
                              "id.token.claim": "true"}},
                  {"name": "groups", "protocol": "openid-connect", "protocolMapper": "oidc-group-membership-mapper",
                   "config": {"claim.name": "groups", "full.path": "true", "access.token.claim": "true"}}]
              }, {
                "clientId": "other-app", "publicClient": true, "directAccessGrantsEnabled": true
              }],
              "users": [%s, %s]
            }
            """.formatted(user("alice", "cert-requester", "/teams/shop"), user("bob", "cert-admin", "/teams/blog"));

    @TempDir
    static Path home;

    private static RunFolder run;
    private static KeycloakPart keycloak;
    private static Stack stack;

    private static String user(String name, String role, String group) {
        return """
                {"username": "%1$s", "enabled": true, "email": "%1$s@example.com", "emailVerified": true,
                 "firstName": "%1$s", "lastName": "Example", "realmRoles": ["%2$s", "default-roles-corp"], "groups": ["%3$s"],
                 "credentials": [{"type": "password", "value": "%4$s"}]}""".formatted(name, role, group, PASSWORD);
    }

    @BeforeAll
    static void start() {
        run = RunFolder.temporary();
        keycloak =
                new KeycloakPart(run, new ProcessLauncher(run.logs(), run.pids()), Checkout.find(), REALM, REALM_JSON);
        keycloak.start();
        String provider = "perennial.identity-providers.corp.";
        stack = Stack.builder()
                .serviceProperty("order-service", provider + "issuer", keycloak.issuer())
                .serviceProperty("order-service", provider + "audience", "perennial")
                .serviceProperty("order-service", provider + "required-claims.typ", "Bearer")
                .serviceProperty("order-service", provider + "principal-claim", "preferred_username")
                .serviceProperty("order-service", provider + "grants[0].claim", "realm_access/roles")
                .serviceProperty("order-service", provider + "grants[0].value", "cert-requester")
                .serviceProperty("order-service", provider + "grants[0].role", "requester")
                .serviceProperty("order-service", provider + "grants[0].owners-claim", "groups")
                .serviceProperty("order-service", provider + "grants[0].owners-prefix", "/teams/")
                .serviceProperty("order-service", provider + "grants[1].claim", "realm_access/roles")
                .serviceProperty("order-service", provider + "grants[1].value", "cert-admin")
                .serviceProperty("order-service", provider + "grants[1].role", "admin")
                .serviceProperty("order-service", provider + "grants[1].owners", "*")
                .start();
        // The order-service reads the keys of the provider in advance, and again later if the provider responds slowly.
        await().atMost(Duration.ofMinutes(2))
                .untilAsserted(() -> assertThat(status(tokens("perennial-cli").get("access_token")))
                        .isEqualTo(200));
    }

    @AfterAll
    static void stop() {
        if (stack != null) {
            stack.close();
        }
        keycloak.stop();
        run.clear();
    }

    @Test
    @Order(1)
    void logsInWithTheDeviceFlowAndActsForItsTeamOnly() throws Exception {
        Cli alice = cli("alice");

        String output = login(alice, "alice");

        assertThat(output)
                .contains("user:alice@corp", "requester of owner shop")
                .doesNotContain("eyJ");
        assertThat(alice.run("token", "self").output()).contains("user:alice@corp: requester of owner shop");
        Cli.Result own = alice.run("request", "oidc-own", "--owner", "shop", "--dns", "oidc-own.demo.test");
        assertThat(own.exitCode()).as(own.output()).isZero();
        Cli.Result foreign = alice.run("request", "oidc-foreign", "--owner", "blog", "--dns", "oidc-foreign.demo.test");
        assertThat(foreign.exitCode()).isEqualTo(1);
        assertThat(foreign.output()).contains("Access denied", "requester of owner shop");
    }

    @Test
    @Order(2)
    void grantsAnAdminEverything() throws Exception {
        Cli bob = cli("bob");
        login(bob, "bob");

        assertThat(bob.run("token", "list").exitCode()).isZero();
        assertThat(cli("alice-2").run("token", "list").exitCode())
                .as("no login")
                .isEqualTo(2);
    }

    @Test
    @Order(3)
    void refusesTokensOfTheProviderThatAreNotForThisApi() throws Exception {
        String otherApp = tokens("other-app").get("access_token");
        Map<String, String> own = tokens("perennial-cli");

        assertThat(status(otherApp))
                .as("an access token for another application")
                .isEqualTo(401);
        assertThat(status(own.get("id_token")))
                .as("an ID token, which has the audience too")
                .isEqualTo(401);
        assertThat(status(own.get("refresh_token"))).as("a refresh token").isEqualTo(401);
        assertThat(status(own.get("access_token"))).isEqualTo(200);
    }

    @Test
    @Order(4)
    void logsOut() throws Exception {
        Cli carol = cli("carol");
        login(carol, "alice");

        assertThat(carol.run("logout").exitCode()).isZero();
        assertThat(carol.run("token", "self").exitCode()).isEqualTo(2);
    }

    @Test
    @Order(5)
    void worksWithServiceTokensWhileTheProviderIsDown() throws Exception {
        String valid = tokens("perennial-cli").get("access_token");
        keycloak.stop();

        assertThat(status(valid))
                .as("verified with the keys that were read before")
                .isEqualTo(200);
        stack.service("order-service").restart();

        assertThat(Cli.of(stack).run("token", "self").exitCode())
                .as("a service token")
                .isZero();
        assertThat(status(valid)).as("the keys are unknown").isEqualTo(503);
        keycloak.start();
        await().atMost(Duration.ofSeconds(40))
                .untilAsserted(() -> assertThat(status(tokens("perennial-cli").get("access_token")))
                        .isEqualTo(200));
    }

    /** The command line of a person, with a configuration folder of its own. */
    private static Cli cli(String person) {
        return new Cli(Map.of(
                "PERENNIAL_API",
                stack.rest().toString(),
                "XDG_CONFIG_HOME",
                home.resolve(person).toString(),
                "PERENNIAL_LOGIN_PROVIDER",
                keycloak.issuer(),
                "PERENNIAL_LOGIN_CLIENT",
                "perennial-cli"));
    }

    private static String login(Cli cli, String user) throws IOException, InterruptedException {
        Process login = cli.start("login");
        StringBuilder output = new StringBuilder();
        boolean approved = false;
        try (BufferedReader lines = login.inputReader(StandardCharsets.UTF_8)) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                output.append(line).append('\n');
                Matcher address = COMPLETE.matcher(line);
                if (!approved && address.find()) {
                    String page = new DeviceApproval().approve(URI.create(address.group(1)), user, PASSWORD);
                    assertThat(page).contains("Device Login Successful");
                    approved = true;
                }
            }
        }
        assertThat(login.waitFor()).as(output.toString()).isZero();
        return output.toString();
    }

    /** Tokens of alice by the direct grant, which only this realm allows. */
    private static Map<String, String> tokens(String client) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create(keycloak.issuer() + "/protocol/openid-connect/token"))
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(HttpRequest.BodyPublishers.ofString("grant_type=password&scope=openid&username=alice&client_id="
                        + client + "&password=" + PASSWORD))
                .build();
        try (HttpClient http = HttpClient.newHttpClient()) {
            String body =
                    http.send(request, HttpResponse.BodyHandlers.ofString()).body();
            Map<String, String> tokens = new HashMap<>();
            for (String name : List.of("access_token", "id_token", "refresh_token")) {
                tokens.put(name, EventCodec.mapper().readTree(body).path(name).asText());
            }
            return tokens;
        }
    }

    private static int status(String token) throws IOException, InterruptedException {
        try (HttpClient http = HttpClient.newHttpClient()) {
            return http.send(
                            HttpRequest.newBuilder(stack.rest().resolve("/api/v1/access/self"))
                                    .header("Authorization", "Bearer " + token)
                                    .build(),
                            HttpResponse.BodyHandlers.discarding())
                    .statusCode();
        }
    }
}
