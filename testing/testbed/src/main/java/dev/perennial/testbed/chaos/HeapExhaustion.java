package dev.perennial.testbed.chaos;

import com.sun.tools.attach.AgentInitializationException;
import com.sun.tools.attach.AgentLoadException;
import com.sun.tools.attach.AttachNotSupportedException;
import com.sun.tools.attach.VirtualMachine;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;

/** Fills the heap of another JVM, in which this class runs as an agent (package {@code java.lang.instrument}). */
public final class HeapExhaustion {
    private static final int BLOCK = 64 * 1024;

    private HeapExhaustion() {}

    /** The entry point in the other JVM. Returns at once, so that the caller can detach. */
    public static void agentmain(String unused) {
        Thread.ofPlatform().name("heap-exhaustion").daemon().start(HeapExhaustion::allocate);
    }

    private static void allocate() {
        List<byte[]> blocks = new ArrayList<>();
        // Ends with an OutOfMemoryError.
        while (blocks.size() < Integer.MAX_VALUE) {
            blocks.add(new byte[BLOCK]);
        }
    }

    /** Begins to fill the heap of the process; does nothing if the process has ended. */
    static void begin(long pid) {
        Path jar = null;
        try {
            jar = agentJar();
            VirtualMachine machine = VirtualMachine.attach(Long.toString(pid));
            machine.loadAgent(jar.toString());
            machine.detach();
        } catch (IOException | AttachNotSupportedException e) {
            if (ProcessHandle.of(pid).isPresent()) {
                throw new IllegalStateException("the heap of process " + pid + " cannot be filled", e);
            }
        } catch (AgentLoadException | AgentInitializationException e) {
            throw new IllegalStateException("the heap of process " + pid + " cannot be filled", e);
        } finally {
            delete(jar);
        }
    }

    private static Path agentJar() throws IOException {
        Manifest manifest = new Manifest();
        manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
        manifest.getMainAttributes().putValue("Agent-Class", HeapExhaustion.class.getName());
        String entry = HeapExhaustion.class.getName().replace('.', '/') + ".class";
        Path jar = Files.createTempFile("heap-exhaustion", ".jar");
        try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(jar), manifest);
                var code = HeapExhaustion.class.getClassLoader().getResourceAsStream(entry)) {
            out.putNextEntry(new JarEntry(entry));
            code.transferTo(out);
            out.closeEntry();
        }
        return jar;
    }

    private static void delete(Path jar) {
        try {
            if (jar != null) {
                Files.deleteIfExists(jar);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
