package dev.perennial.agent.proof.starttls;

import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/** A server that sends its first text at once, and the next one after each request. */
final class ScriptedServer {
    private final Deque<String> answers;
    private final StringBuilder pending = new StringBuilder();
    private final ByteArrayOutputStream requests = new ByteArrayOutputStream();

    /** @param answers one char is one byte */
    ScriptedServer(List<String> answers) {
        this.answers = new ArrayDeque<>(answers);
        next();
    }

    PlainConnection connection() {
        return new PlainConnection(
                new InputStream() {
                    @Override
                    public int read() {
                        if (pending.isEmpty()) {
                            return -1;
                        }
                        int read = pending.charAt(0);
                        pending.deleteCharAt(0);
                        return read;
                    }

                    @Override
                    public int available() {
                        return pending.length();
                    }
                },
                new OutputStream() {
                    @Override
                    public void write(int b) {
                        requests.write(b);
                    }

                    @Override
                    public void flush() {
                        next();
                    }
                });
    }

    /** One char is one byte. */
    String requests() {
        return requests.toString(StandardCharsets.ISO_8859_1);
    }

    private void next() {
        if (!answers.isEmpty()) {
            pending.append(answers.removeFirst());
        }
    }
}
