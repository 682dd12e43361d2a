package dev.perennial.agent.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Rotations on a real Tomcat with a PKCS#12 key store, which it reads again by itself: no command runs. */
class TomcatIT extends RotationSetup {
    private static final Path HOME = Path.of("/usr/share/tomcat10");

    @BeforeEach
    void start() throws IOException {
        assertThat(HOME.resolve("bin/bootstrap.jar"))
                .as("./perennial test installs it, or run: apt-get install --no-install-recommends tomcat10")
                .exists();
        port = freePort();
        Path password = Files.writeString(folder.resolve("password"), FileKind.PASSWORD);
        Files.setPosixFilePermissions(password, PosixFilePermissions.fromString("rw-------"));
        agent("""
                host: web-1
                servers:
                  tomcat:
                    kind: command
                    settle: 20s
                certificates:
                  - match: shop
                    server: tomcat
                    directory: %1$s/certificates/{name}
                    keystore: %1$s/{name}.p12
                    alias: tomcat
                    passwordFile: %1$s/password
                    verify: [{port: %2$d}]
                """.formatted(folder, port));
        Files.createDirectories(folder.resolve("conf"));
        Files.createDirectories(folder.resolve("webapps"));
        Files.createDirectories(folder.resolve("temp"));
        Files.writeString(folder.resolve("conf/server.xml"), """
                <Server port="-1" periodicEventDelay="1">
                  <Listener className="org.apache.catalina.security.TLSCertificateReloadListener"
                    checkPeriod="1" daysBefore="36500"/>
                  <Service name="Catalina">
                    <Connector port="%2$d" address="127.0.0.1" SSLEnabled="true" scheme="https" secure="true">
                      <SSLHostConfig>
                        <Certificate certificateKeystoreFile="%1$s/shop.p12" certificateKeystoreType="PKCS12"
                          certificateKeystorePassword="%3$s" certificateKeyAlias="tomcat"/>
                      </SSLHostConfig>
                    </Connector>
                    <Engine name="Catalina" defaultHost="localhost">
                      <Host name="localhost" appBase="webapps"/>
                    </Engine>
                  </Service>
                </Server>
                """.formatted(folder, port, FileKind.PASSWORD));
        serve(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-Xmx128m",
                "-cp",
                HOME.resolve("bin/bootstrap.jar") + ":" + HOME.resolve("bin/tomcat-juli.jar"),
                "-Dcatalina.home=" + HOME,
                "-Dcatalina.base=" + folder,
                "-Djava.io.tmpdir=" + folder.resolve("temp"),
                "org.apache.catalina.startup.Bootstrap",
                "start");
    }

    @Test
    void failsNoHandshakeDuringRotations() throws Exception {
        rotate();
    }
}
