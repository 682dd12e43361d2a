package dev.perennial.cli;

import com.sun.net.httpserver.HttpServer;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** Runs commands against a fake API with configured responses. */
abstract class FakeApiSetup {
    static final String HOPS = """
        [{"subject": "issuer le", "hops": [
          {"name": "directory reachable", "outcome": "PASSED", "evidence": "HTTP 200"},
          {"name": "account valid", "outcome": "%s", "evidence": "it is revoked", "remedy": "register another"},
          {"name": "clock correct", "outcome": "SKIPPED", "evidence": "no Date"}]}]\
        """;

    static final String REPLACEMENT = """
        {"id": "01938a4e-7c10-7d3a-9f2e-5b6c7d8e9f03", "drill": false, "state": "%s", "reason": "the CA revokes", "selector": "key RSA_2048", "atOnce": 10,
         "deadline": "2026-11-22T12:00:00Z", "createdAt": "2026-11-21T18:00:00Z", "planExpiresAt": "2026-11-21T19:00:00Z",
         "plan": {"selected": 83267, "certificates": 83267, "byIssuer": [{"of": "le", "certificates": 83267}], "byOwner": [],
                  "byDomain": [], "first": [{"name": "shop", "owner": "web", "hosts": 2, "expiresAt": "2026-12-01T00:00:00Z"}],
                  "paceSeconds": 4, "paceMeasured": true, "end": "2026-11-22T13:15:00Z", "durationSeconds": 69300,
                  "byDeadline": 80000, "waits": [], "warnings": ["3267 will not be replaced by then"]},
         "progress": {"items": {"WAITING": 83256, "IN_PROGRESS": 10, "DONE": 1, "FAILED": 0}, "perMinute": 2.5}%s}\
        """;

    @TempDir
    Path dir;

    final Map<String, String> responses = new TreeMap<>();
    final List<String> requests = new ArrayList<>();
    private HttpServer api;
    /** The status of calls that have another one than {@link #status}. */
    final Map<String, Integer> statuses = new TreeMap<>();

    int status = 200;
    String ifMatch;
    String output;

    @BeforeEach
    void start() throws IOException {
        Files.writeString(dir.resolve("token"), "secret\n");
        api = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        api.createContext("/", exchange -> {
            String call = exchange.getRequestMethod() + " " + exchange.getRequestURI();
            String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
            requests.add(exchange.getRequestHeaders().getFirst("Authorization") + " " + call + " " + body);
            ifMatch = exchange.getRequestHeaders().getFirst("If-Match");
            byte[] response = responses.getOrDefault(call, "{}").getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(statuses.getOrDefault(call, status), response.length);
            exchange.getResponseBody().write(response);
            exchange.close();
        });
        api.start();
        responses.put("GET /api/v1/issuers", "[{\"name\": \"le\"}, {\"name\": \"corp.ca\"}]");
    }

    @AfterEach
    void stop() {
        api.stop(0);
    }

    String address() {
        return "http://127.0.0.1:" + port();
    }

    int port() {
        return api.getAddress().getPort();
    }

    /** Runs a command with this input on stdin. */
    int runWithInput(String input, String... arguments) {
        InputStream before = System.in;
        System.setIn(new ByteArrayInputStream(input.getBytes(StandardCharsets.UTF_8)));
        try {
            return run(arguments);
        } finally {
            System.setIn(before);
        }
    }

    int run(String... arguments) {
        List<String> all = new ArrayList<>(List.of(arguments));
        all.addAll(
                List.of("--api", address(), "--token-file", dir.resolve("token").toString()));
        StringWriter written = new StringWriter();
        CommandLine command = Main.commandLine(written, written);
        int code = command.execute(all.toArray(String[]::new));
        command.getOut().flush();
        command.getErr().flush();
        output = written.toString();
        return code;
    }
}
