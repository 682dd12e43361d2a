package dev.perennial.agent.targets.keystore;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.util.EnumSet;
import java.util.Set;
import java.util.regex.Pattern;

/** A file with the password of a key store, which is never logged or reported. */
public record PasswordFile(Path path) {
    private static final int MAX_BYTES = 1_024;
    private static final Pattern PASSWORD = Pattern.compile("[\\x21-\\x7e]{6,128}");
    private static final Set<PosixFilePermission> FORBIDDEN = EnumSet.of(
            PosixFilePermission.GROUP_WRITE,
            PosixFilePermission.OTHERS_READ,
            PosixFilePermission.OTHERS_WRITE,
            PosixFilePermission.OTHERS_EXECUTE);

    /** @throws IOException with the reason, if others may read it, or it contains no password */
    public char[] read() throws IOException {
        PosixFileAttributes attributes = Files.readAttributes(path, PosixFileAttributes.class);
        if (!attributes.isRegularFile()) {
            throw new IOException(path + " is not a file");
        }
        String owner = attributes.owner().getName();
        if (!owner.equals("root") && !owner.equals(System.getProperty("user.name"))) {
            throw new IOException(path + " belongs to '" + owner + "'; it must belong to root or to the agent's user");
        }
        if (attributes.permissions().stream().anyMatch(FORBIDDEN::contains)) {
            throw new IOException(path + " can be read or changed by other users; set its mode to 0600 or 0640");
        }
        if (attributes.size() > MAX_BYTES) {
            throw new IOException(path + " is larger than " + MAX_BYTES + " bytes");
        }
        String text = Files.readString(path, StandardCharsets.ISO_8859_1).strip();
        if (!PASSWORD.matcher(text).matches()) {
            throw new IOException(path + " does not contain a password of 6 to 128 printable ASCII characters");
        }
        return text.toCharArray();
    }
}
