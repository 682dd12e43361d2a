package dev.perennial.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class DoctorCommandTest extends FakeApiSetup {
    @Test
    void printsALineForEachCheckAndTheRemedyOfFailedOnes() {
        responses.put("POST /api/v1/doctor", HOPS.formatted("FAILED"));

        assertThat(run("doctor")).isEqualTo(1);

        assertThat(output).isEqualToNormalizingNewlines("""
            issuer le
              passed   directory reachable   HTTP 200
              failed   account valid         it is revoked
                                             -> register another
              skipped  clock correct         no Date
            1 passed, 1 failed, 0 warnings, 1 skipped
            """);
        assertThat(requests).containsExactly("Bearer secret POST /api/v1/doctor {}");
    }

    @Test
    void exitsWithZeroIfNoCheckFailed() {
        responses.put("POST /api/v1/doctor", HOPS.formatted("PASSED"));
        assertThat(run("doctor")).isZero();
    }

    @Test
    void printsTheRemedyOfAWarningAndExitsWithZero() {
        responses.put("POST /api/v1/doctor", HOPS.formatted("WARNING"));

        assertThat(run("doctor")).isZero();

        assertThat(output)
                .contains(
                        "  warning  account valid         it is revoked",
                        "-> register another",
                        "0 failed, 1 warning, 1 skipped");
    }

    @Test
    void refusesASubjectThatIsNeitherAnIssuerNorAName() {
        assertThat(run("doctor", "nosuch")).isEqualTo(2);

        assertThat(output)
                .contains("'nosuch' is neither a configured issuer (configured: le, corp.ca) nor a DNS name with at"
                        + " least two labels");
    }

    @Test
    void distinguishesIssuersFromNames() {
        responses.put("POST /api/v1/doctor", "[]");
        run("doctor", "le");
        run("doctor", "corp.ca");
        run("doctor", "shop.example.com");
        run("doctor", "2001:db8::1");
        run("doctor", "shop.example.com", "--issuer", "le");
        assertThat(requests.stream()
                        .filter(call -> call.contains("POST"))
                        .map(call -> call.substring(call.indexOf('{'))))
                .containsExactly(
                        "{\"issuer\":\"le\"}",
                        "{\"issuer\":\"corp.ca\"}",
                        "{\"name\":\"shop.example.com\"}",
                        "{\"name\":\"2001:db8::1\"}",
                        "{\"issuer\":\"le\",\"name\":\"shop.example.com\"}");
    }
}
