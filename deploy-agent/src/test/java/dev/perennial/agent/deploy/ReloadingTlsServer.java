package dev.perennial.agent.deploy;

import dev.perennial.agent.TestBundles;
import dev.perennial.agent.check.Pem;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.util.Optional;
import java.util.stream.Stream;
import javax.net.ssl.ExtendedSSLSession;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.X509ExtendedKeyManager;

/**
 * A TLS server that serves by SNI what its include files said at the last reload. Its commands are scripts of the
 * "administrator" in its folder, and files beside them make it misbehave: {@code fail-test}, {@code fail-reload},
 * {@code stubborn} (reloads and changes nothing), {@code fail-after-reload} (one reload is done and reports a failure),
 * {@code poison} (the test fails while an include has this text).
 */
final class ReloadingTlsServer implements AutoCloseable {
    private final Path folder;
    private final SSLServerSocket socket;
    private final Thread acceptor;

    ReloadingTlsServer(Path folder) throws IOException, GeneralSecurityException {
        this.folder = folder;
        Files.createDirectories(includes());
        Files.createDirectories(folder.resolve("loaded.0"));
        Files.createSymbolicLink(folder.resolve("loaded"), Path.of("loaded.0"));
        script("test", """
                [ ! -e fail-test ] || { echo '[emerg] broken on purpose'; exit 1; }
                [ ! -e poison ] || ! grep -rqf poison includes || { echo '[emerg] poisoned'; exit 1; }
                """);
        script("reload", """
                echo reloaded >> reloads
                [ ! -e fail-reload ] || { echo '[error] will not'; exit 1; }
                [ ! -e stubborn ] || exit 0
                cp -r includes loaded.$$ && ln -s loaded.$$ loaded.new && mv -T loaded.new loaded
                [ ! -e fail-after-reload ] || { rm fail-after-reload; echo '[error] too late'; exit 1; }
                """);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(new KeyManager[] {new BySni()}, null, null);
        socket = (SSLServerSocket)
                context.getServerSocketFactory().createServerSocket(0, 200, InetAddress.getLoopbackAddress());
        acceptor = Thread.ofVirtual().start(this::accept);
    }

    int port() {
        return socket.getLocalPort();
    }

    Path includes() {
        return folder.resolve("includes");
    }

    Path command(String name) {
        return folder.resolve(name + ".sh");
    }

    void set(String flag, String content) throws IOException {
        Files.writeString(folder.resolve(flag), content);
    }

    void unset(String flag) throws IOException {
        Files.deleteIfExists(folder.resolve(flag));
    }

    /** Serves the include file at once, without a reload. */
    void load(String name, Path include) {
        try {
            Files.copy(include, folder.resolve("loaded").resolve(name + ".conf"), StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Serves the name no longer, until the next reload. @return a copy of the include file that was served */
    Path unload(String name) throws IOException {
        return Files.move(folder.resolve("loaded").resolve(name + ".conf"), folder.resolve(name + ".unloaded"));
    }

    int reloads() throws IOException {
        Path reloads = folder.resolve("reloads");
        return Files.exists(reloads) ? Files.readAllLines(reloads).size() : 0;
    }

    @Override
    public void close() throws IOException {
        socket.close();
        try {
            // The kernel keeps the port until the pending accept has returned.
            acceptor.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void script(String name, String body) throws IOException {
        Path script = Files.writeString(command(name), "#!/bin/sh\ncd " + folder + " || exit 9\n" + body);
        Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    private void accept() {
        while (!socket.isClosed()) {
            try {
                SSLSocket client = (SSLSocket) socket.accept();
                Thread.ofVirtual().start(() -> greet(client));
            } catch (IOException e) {
                return;
            }
        }
    }

    private static void greet(SSLSocket client) {
        try (client) {
            client.startHandshake();
            client.getInputStream().read();
        } catch (IOException e) {
            // The client reports the failure.
            return;
        }
    }

    /** The alias is the SNI name's first label, which is the certificate's name. */
    private final class BySni extends X509ExtendedKeyManager {
        @Override
        public String chooseServerAlias(String keyType, Principal[] issuers, Socket socket) {
            var session = (ExtendedSSLSession) ((SSLSocket) socket).getHandshakeSession();
            var requestedNames = (SNIHostName) session.getRequestedServerNames().getFirst();
            String name = requestedNames.getAsciiName().replaceFirst("\\..*", "");
            return "EC".equals(keyType) && loaded(name).isPresent() ? name : null;
        }

        @Override
        public X509Certificate[] getCertificateChain(String alias) {
            return Pem.certificates(pem(alias, 0)).toArray(X509Certificate[]::new);
        }

        @Override
        public PrivateKey getPrivateKey(String alias) {
            return Pem.privateKey(pem(alias, 1), "EC");
        }

        @Override
        public String chooseEngineServerAlias(String keyType, Principal[] issuers, SSLEngine engine) {
            return null;
        }

        @Override
        public String[] getServerAliases(String keyType, Principal[] issuers) {
            return new String[0];
        }

        @Override
        public String[] getClientAliases(String keyType, Principal[] issuers) {
            return new String[0];
        }

        @Override
        public String chooseClientAlias(String[] keyType, Principal[] issuers, Socket socket) {
            return null;
        }

        private Optional<Path> loaded(String name) {
            return Stream.of("conf", "pem", "p12")
                    .map(extension -> folder.resolve("loaded").resolve(name + "." + extension))
                    .filter(Files::exists)
                    .findFirst();
        }

        /** @param part 0 for the chain, 1 for the key */
        private String pem(String alias, int part) {
            Path file = loaded(alias).orElseThrow();
            try {
                String name = file.toString();
                if (name.endsWith(".conf")) {
                    return Files.readString(
                            Path.of(Files.readAllLines(file).get(part).replaceAll("^\\S+ |;$", "")));
                }
                if (name.endsWith(".pem")) {
                    String text = Files.readString(file);
                    int chain = text.indexOf("-----BEGIN CERTIFICATE");
                    return part == 0 ? text.substring(chain) : text.substring(0, chain);
                }
                return ofKeyStore(file, part);
            } catch (IOException | GeneralSecurityException e) {
                throw new IllegalStateException(e);
            }
        }

        private static String ofKeyStore(Path file, int part) throws IOException, GeneralSecurityException {
            KeyStore store = KeyStore.getInstance(file.toFile(), FileKind.PASSWORD.toCharArray());
            String alias = store.aliases().nextElement();
            if (part == 1) {
                return TestBundles.pem(
                        "PRIVATE KEY",
                        store.getKey(alias, FileKind.PASSWORD.toCharArray()).getEncoded());
            }
            StringBuilder chain = new StringBuilder();
            for (Certificate certificate : store.getCertificateChain(alias)) {
                chain.append(TestBundles.pem("CERTIFICATE", certificate.getEncoded()));
            }
            return chain.toString();
        }
    }
}
