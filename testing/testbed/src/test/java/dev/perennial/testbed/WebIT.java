package dev.perennial.testbed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.perennial.testbed.ca.TestAuthority;
import dev.perennial.testbed.process.Await;
import dev.perennial.testbed.web.NginxPart;
import dev.perennial.testbed.web.TlsHandshake;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class WebIT {
    @Test
    void servesASelfSignedCertificateUntilTheIncludeFileChanges() throws Exception {
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

            // During a reload, workers with the old and the new configuration accept connections.
            assertThat(Await.until(Duration.ofSeconds(5), () -> serves(nginx, "shop.test", authority)))
                    .isTrue();
            assertThat(TlsHandshake.withoutTrust(nginx.port(), "mail.test").issuer())
                    .contains("not yet replaced");
        }
    }

    private static boolean serves(NginxPart nginx, String name, TestAuthority authority) {
        try {
            return TlsHandshake.trusting(authority.rootPem(), nginx.port(), name)
                    .names()
                    .equals(List.of(name));
        } catch (UncheckedIOException e) {
            return false;
        }
    }

    @Test
    void addsASiteWhileItRunsAndRejectsNamesWithoutOne() throws Exception {
        try (Stack stack = Stack.builder().only(StackPart.WEB).sitesOnRequest().start()) {
            var nginx = stack.nginx();
            assertThatThrownBy(() -> TlsHandshake.withoutTrust(nginx.port(), "shop.example.com"))
                    .isInstanceOf(UncheckedIOException.class);

            assertThat(nginx.addSite(Site.of("shop", "shop.example.com"))).isTrue();
            assertThat(nginx.addSite(Site.of("shop", "shop.example.com"))).isFalse();

            assertThat(Await.until(Duration.ofSeconds(5), () -> served(nginx, "shop.example.com")))
                    .isTrue();
            assertThat(TlsHandshake.withoutTrust(nginx.port(), "shop.example.com")
                            .names())
                    .containsExactly("shop.example.com");
        }
    }

    @Test
    void acceptsTheLongestDnsName() {
        String longest = String.join(".", "a".repeat(63), "b".repeat(63), "c".repeat(63), "d".repeat(56), "test");
        assertThat(longest).hasSize(253);
        try (Stack stack = Stack.builder().only(StackPart.WEB).sitesOnRequest().start()) {
            assertThat(stack.nginx().addSite(Site.of("long", longest))).isTrue();
        }
    }

    @Test
    void removesASiteThatNginxDoesNotAccept() throws Exception {
        try (Stack stack = Stack.builder().only(StackPart.WEB).sitesOnRequest().start()) {
            var nginx = stack.nginx();
            Files.writeString(nginx.certificates().resolve("bad.conf"), "no_such_directive;\n");
            assertThatThrownBy(() -> nginx.addSite(Site.of("bad", "bad.example.com")))
                    .isInstanceOf(PartFailedException.class);
            Files.delete(nginx.certificates().resolve("bad.conf"));

            assertThat(nginx.addSite(Site.of("shop", "shop.example.com"))).isTrue();
        }
    }

    @Test
    void keepsThePreviousSiteIfNginxDoesNotAcceptTheNewNames() throws Exception {
        try (Stack stack = Stack.builder().only(StackPart.WEB).sitesOnRequest().start()) {
            var nginx = stack.nginx();
            nginx.addSite(Site.of("shop", "shop.example.com"));
            Files.writeString(nginx.certificates().resolve("shop.conf"), "no_such_directive;\n");
            assertThatThrownBy(() -> nginx.addSite(Site.of("shop", "other.example.com")))
                    .isInstanceOf(PartFailedException.class);
            assertThat(nginx.addSite(Site.of("shop", "shop.example.com"))).isFalse();
        }
    }

    @Test
    void delaysTheConfigurationTestUntilAnInstalledCertificateHasASite() throws Exception {
        try (Stack stack = Stack.builder().only(StackPart.WEB).sitesOnRequest().start()) {
            var nginx = stack.nginx();
            var authority = new TestAuthority("another");
            var pair = authority.issue("shop.example.com");
            Path chain = Files.writeString(nginx.certificates().resolve("new.pem"), pair.certificate());
            Path key = Files.writeString(nginx.certificates().resolve("new.key"), pair.privateKey());
            Files.writeString(
                    nginx.certificates().resolve("shop.conf"),
                    "ssl_certificate " + chain + ";\nssl_certificate_key " + key + ";\n");
            Process test = start(nginx.testCommand());
            assertThat(test.waitFor(300, TimeUnit.MILLISECONDS)).isFalse();

            nginx.addSite(Site.of("shop", "shop.example.com"));

            assertThat(test.waitFor()).isZero();
            assertThat(Await.until(Duration.ofSeconds(5), () -> served(nginx, "shop.example.com")))
                    .isTrue();
            // The agent's certificate, and not the placeholder of a new site.
            assertThat(TlsHandshake.trusting(authority.rootPem(), nginx.port(), "shop.example.com")
                            .names())
                    .containsExactly("shop.example.com");
        }
    }

    /** After a reload, old and new workers accept connections for a moment. */
    private static boolean served(NginxPart nginx, String name) {
        try {
            return workers(nginx.pid().orElseThrow()) == 1
                    && TlsHandshake.withoutTrust(nginx.port(), name).names().contains(name);
        } catch (UncheckedIOException e) {
            return false;
        }
    }

    private static long workers(long master) {
        return ProcessHandle.of(master).orElseThrow().children().count();
    }

    private static int run(List<String> command) throws Exception {
        return start(command).waitFor();
    }

    private static Process start(List<String> command) throws IOException {
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
    }
}
