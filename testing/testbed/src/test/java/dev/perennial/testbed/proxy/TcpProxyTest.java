package dev.perennial.testbed.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.perennial.testbed.process.Ports;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class TcpProxyTest {
    private static final int SECOND = 1_000;

    private final TcpProxy proxy;
    private final ServerSocket echo;

    TcpProxyTest() throws IOException {
        echo = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        proxy = new TcpProxy("proxy", Ports.free(), echo.getLocalPort());
    }

    @BeforeEach
    void start() {
        Thread.ofVirtual().start(this::echo);
        proxy.start();
    }

    private void echo() {
        while (!echo.isClosed()) {
            try {
                Socket client = echo.accept();
                Thread.ofVirtual().start(() -> echo(client));
            } catch (IOException e) {
                return;
            }
        }
    }

    private static void echo(Socket client) {
        try (client) {
            client.getInputStream().transferTo(client.getOutputStream());
        } catch (IOException e) {
            // Expected: the test cuts the connection.
            return;
        }
    }

    @AfterEach
    void stop() throws IOException {
        proxy.stop();
        echo.close();
    }

    @Test
    void forwardsInBothDirections() throws IOException {
        try (Socket client = connect()) {
            assertThat(exchange(client, 65)).isEqualTo(65);
            assertThat(exchange(client, 66)).isEqualTo(66);
        }
    }

    @Test
    void resetsOpenConnectionsWhenItIsCut() throws IOException {
        try (Socket client = connect()) {
            exchange(client, 65);

            proxy.cut();

            assertThatThrownBy(() -> exchange(client, 66)).isInstanceOf(SocketException.class);
        }
    }

    @Test
    void refusesConnectionsUntilItIsRestored() throws IOException {
        proxy.cut();
        assertThatThrownBy(this::connect).isInstanceOf(ConnectException.class);

        proxy.restore();

        try (Socket client = connect()) {
            assertThat(exchange(client, 65)).isEqualTo(65);
        }
    }

    @Test
    void forwardsNothingWhileItHangs() throws IOException {
        try (Socket client = connect()) {
            exchange(client, 65);
            client.setSoTimeout(SECOND / 5);

            proxy.hang();

            assertThatThrownBy(() -> exchange(client, 66)).isInstanceOf(SocketTimeoutException.class);
            try (Socket late = connect()) {
                late.setSoTimeout(SECOND / 5);
                assertThatThrownBy(() -> exchange(late, 67)).isInstanceOf(SocketTimeoutException.class);
            }

            proxy.restore();
            client.setSoTimeout(10 * SECOND);
            assertThat(client.getInputStream().read()).as("the delayed byte").isEqualTo(66);
        }
    }

    @Test
    void endsWhileItHangs() throws IOException {
        try (Socket client = connect()) {
            exchange(client, 65);
            proxy.hang();

            proxy.stop();

            assertThatThrownBy(() -> exchange(client, 66)).isInstanceOf(SocketException.class);
        }
    }

    @Test
    void closesTheConnectionIfThePartCloses() throws IOException {
        echo.close();

        try (Socket client = connect()) {
            assertThatThrownBy(() -> {
                        if (exchange(client, 65) == -1) {
                            throw new SocketException("the end");
                        }
                    })
                    .isInstanceOf(SocketException.class);
        }
    }

    private Socket connect() throws IOException {
        Socket socket =
                new Socket(InetAddress.getLoopbackAddress(), proxy.address().getPort());
        socket.setSoTimeout(10 * SECOND);
        return socket;
    }

    private static int exchange(Socket client, int one) throws IOException {
        client.getOutputStream().write(one);
        return client.getInputStream().read();
    }
}
