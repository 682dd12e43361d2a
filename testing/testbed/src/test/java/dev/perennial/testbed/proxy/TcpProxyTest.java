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
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class TcpProxyTest {
    private static final int SECOND = 1_000;

    private final TcpProxy line;
    private final ServerSocket echo;

    TcpProxyTest() throws IOException {
        echo = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        line = new TcpProxy("line", Ports.free(), echo.getLocalPort());
    }

    @BeforeEach
    void start() {
        Thread.ofVirtual().start(this::echo);
        line.start();
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
            // Cut is what this is about.
            return;
        }
    }

    @AfterEach
    void stop() throws IOException {
        line.stop();
        echo.close();
    }

    @Test
    void passesOnWhatIsSaidInBothDirections() throws IOException {
        try (Socket client = connect()) {
            assertThat(say(client, 65)).isEqualTo(65);
            assertThat(say(client, 66)).isEqualTo(66);
        }
    }

    @Test
    void resetsTheConnectionsThatStandWhenItIsCut() throws IOException {
        try (Socket client = connect()) {
            say(client, 65);

            line.cut();

            assertThatThrownBy(() -> say(client, 66)).isInstanceOf(SocketException.class);
        }
    }

    @Test
    void refusesWhileItIsCutAndPassesOnWhenItIsMended() throws IOException {
        line.cut();
        assertThatThrownBy(this::connect).isInstanceOf(ConnectException.class);

        line.mend();

        try (Socket client = connect()) {
            assertThat(say(client, 65)).isEqualTo(65);
        }
    }

    @Test
    void hangsUpWhenThePartDoes() throws IOException {
        echo.close();

        try (Socket client = connect()) {
            assertThatThrownBy(() -> {
                        if (say(client, 65) == -1) {
                            throw new SocketException("the end");
                        }
                    })
                    .isInstanceOf(SocketException.class);
        }
    }

    private Socket connect() throws IOException {
        Socket socket =
                new Socket(InetAddress.getLoopbackAddress(), line.address().getPort());
        socket.setSoTimeout(10 * SECOND);
        return socket;
    }

    private static int say(Socket client, int one) throws IOException {
        client.getOutputStream().write(one);
        return client.getInputStream().read();
    }
}
