package dev.perennial.agent.deploy;

import dev.perennial.events.CertificateId;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** A test host and the deployer of its agent. */
abstract class DeployerSetup {
    final CertificateId shop = CertificateId.next();

    @TempDir
    Path folder;

    TestHost host;
    Deployer deployer;

    @BeforeEach
    void start() throws Exception {
        host = new TestHost(folder);
        deployer = host.deployer();
    }

    @AfterEach
    void stop() throws IOException {
        host.close();
    }
}
