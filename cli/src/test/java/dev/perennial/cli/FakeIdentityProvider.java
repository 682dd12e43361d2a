package dev.perennial.cli;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/** An identity provider with configured answers. */
final class FakeIdentityProvider implements AutoCloseable {
    /** An answer without a status: the connection is closed. */
    static final Answer LOST = new Answer(0, "");

    record Answer(int status, String body) {}

    /** A POST request. */
    record Request(String path, Map<String, String> form) {}

    final List<Request> requests = new CopyOnWriteArrayList<>();
    final Map<String, Answer> answers = new ConcurrentHashMap<>();
    /** Take precedence over {@link #answers} at the token endpoint, one for each request. */
    final Queue<Answer> tokenAnswers = new ConcurrentLinkedQueue<>();

    private final HttpServer server;
    /** Runs before each answer of the token endpoint. */
    volatile Consumer<Request> beforeTokenAnswer = request -> {};

    FakeIdentityProvider() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/", this::handle);
        server.start();
        configuration(Map.of());
        answers.put("/device", new Answer(200, device("")));
        answers.put("/revoke", new Answer(200, ""));
    }

    String issuer() {
        return "http://127.0.0.1:" + server.getAddress().getPort() + "/realms/corp";
    }

    /** An absent field is an empty string. */
    void configuration(Map<String, String> changes) {
        Map<String, String> fields = new TreeMap<>(Map.of(
                "issuer", issuer(),
                "device_authorization_endpoint", issuer() + "/device",
                "token_endpoint", issuer() + "/token",
                "revocation_endpoint", issuer() + "/revoke"));
        fields.putAll(changes);
        fields.values().removeIf(String::isEmpty);
        answers.put(
                "/.well-known/openid-configuration",
                new Answer(
                        200,
                        fields.entrySet().stream()
                                .map(field -> "\"" + field.getKey() + "\": \"" + field.getValue() + "\"")
                                .collect(Collectors.joining(", ", "{", "}"))));
    }

    /** @param fields further fields; a later field replaces an earlier one */
    static String device(String fields) {
        return """
            {"device_code": "secret-device-code", "user_code": "WDJB-MJHT", "verification_uri": "https://sso.test/device",
             "verification_uri_complete": "https://sso.test/device?user_code=WDJB-MJHT", "expires_in": 600%s}\
            """.formatted(fields);
    }

    static Answer tokens(String accessToken, String refreshToken) {
        return new Answer(200, """
            {"access_token": "%s", "refresh_token": "%s", "token_type": "Bearer", "expires_in": 300, "id_token": "secret-id"}\
            """.formatted(accessToken, refreshToken));
    }

    static Answer error(String code) {
        return new Answer(400, "{\"error\": \"" + code + "\"}");
    }

    List<Map<String, String>> forms(String path) {
        return requests.stream()
                .filter(request -> request.path().equals(path))
                .map(Request::form)
                .toList();
    }

    private void handle(HttpExchange exchange) throws IOException {
        String path = exchange.getRequestURI().getPath().replaceFirst("^/realms/corp", "");
        if (exchange.getRequestMethod().equals("POST")) {
            String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
            Request request = new Request(path, form(body));
            requests.add(request);
            if (path.equals("/token")) {
                beforeTokenAnswer.accept(request);
            }
        }
        Answer next = path.equals("/token") ? tokenAnswers.poll() : null;
        respond(exchange, next == null ? answers.getOrDefault(path, new Answer(404, "not found")) : next);
    }

    private static Map<String, String> form(String body) {
        return Arrays.stream(body.split("&"))
                .map(field -> field.split("=", 2))
                .collect(Collectors.toMap(
                        field -> field[0],
                        field -> URLDecoder.decode(field[1], StandardCharsets.UTF_8),
                        (first, second) -> second,
                        TreeMap::new));
    }

    private void respond(HttpExchange exchange, Answer answer) throws IOException {
        if (answer.status() != 0) {
            exchange.getResponseHeaders().set("Location", issuer() + "/elsewhere");
            byte[] body = answer.body().getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(answer.status(), body.length == 0 ? -1 : body.length);
            exchange.getResponseBody().write(body);
        }
        exchange.close();
    }

    /** Answers with the beginning of a body until the latch is open. */
    void answersSlowly(String path, CountDownLatch end) {
        server.createContext("/realms/corp" + path, exchange -> {
            exchange.sendResponseHeaders(200, 100);
            exchange.getResponseBody().write("{".getBytes(StandardCharsets.UTF_8));
            exchange.getResponseBody().flush();
            try {
                end.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            exchange.close();
        });
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
