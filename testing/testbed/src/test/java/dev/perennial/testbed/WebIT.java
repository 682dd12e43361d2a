package dev.perennial.testbed;

import static org.assertj.core.api.Assertions.assertThat;

import dev.perennial.testbed.ca.TestAuthority;
import dev.perennial.testbed.process.Await;
import dev.perennial.testbed.web.TlsHandshake;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class WebIT {
    @Test
    void servesASelfSignedCertificateUntilTheIncludeFileNamesAnother() throws Exception {
        try (Stack stack = Stack.builder()
                .only(StackPart.WEB)
                .sites(List.of(Site.of("shop", "shop.test"), Site.of("mail", "mail.test")))
                .start()) {
            var nginx = stack.nginx();
            assertThat(TlsHandshake.withoutTrust(nginx.port(), "shop.test").issuer())
                    .contains("not yet replaced");

            var authority = new TestAuthority("another");
            var pair = authority.issue("shop.test");
            Path chain = Files.writeString(nginx.certificates().resolve("new.pem"), pair.certificate());
            Path key = Files.writeString(nginx.certificates().resolve("new.key"), pair.privateKey());
            Files.writeString(
                    nginx.certificates().resolve("shop.conf"),
                    "ssl_certificate " + chain + ";\nssl_certificate_key " + key + ";\n");
            assertThat(run(nginx.testCommand())).isZero();
            assertThat(run(nginx.reloadCommand())).isZero();

            // For a moment old and new workers both accept connections.
            assertThat(Await.until(
                            Duration.ofSeconds(5),
                            () -> workers(nginx.pid().orElseThrow()) == 1
                                    && TlsHandshake.withoutTrust(nginx.port(), "shop.test")
                                            .issuer()
                                            .contains("another")))
                    .isTrue();
            var served = TlsHandshake.trusting(authority.rootPem(), nginx.port(), "shop.test");
            assertThat(served.names()).containsExactly("shop.test");
            assertThat(TlsHandshake.withoutTrust(nginx.port(), "mail.test").issuer())
                    .contains("not yet replaced");
        }
    }

    private static long workers(long master) {
        return ProcessHandle.of(master).orElseThrow().children().count();
    }

    private static int run(List<String> command) throws Exception {
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start()
                .waitFor();
    }
}
