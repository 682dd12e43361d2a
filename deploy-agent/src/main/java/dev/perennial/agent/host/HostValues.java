package dev.perennial.agent.host;

import dev.perennial.agent.files.KeyFileAccess;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.time.Duration;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** The values of the host file that have a form of their own: names, paths, durations, modes and constants. */
final class HostValues {
    static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]*");
    private static final Pattern DURATION = Pattern.compile("(\\d{1,6})(ms|s|m)");
    /** A path that needs no quotes in the server's configuration: no blank, quote, semicolon or variable. */
    private static final Pattern PATH = Pattern.compile("(/[A-Za-z0-9._+@{}-]+)+");

    private static final Pattern MODE = Pattern.compile("0?[0-7]{3}");

    private HostValues() {}

    static String path(YamlSection section, HostFileKey key) {
        String value = section.text(key);
        if (!PATH.matcher(value).matches() || !Path.of(value).normalize().equals(Path.of(value))) {
            throw section.error(
                    key, "'" + value + "' is not an absolute path of letters, digits and . _ + @ - without '..'");
        }
        if (value.replace("{name}", "").matches(".*[{}].*")) {
            throw section.error(key, "the only placeholder is {name}");
        }
        return value;
    }

    /** A path without a placeholder. */
    static Path fixedPath(YamlSection section, HostFileKey key) {
        String value = path(section, key);
        if (value.contains("{")) {
            throw section.error(key, "cannot contain {name}");
        }
        return Path.of(value);
    }

    static Duration duration(YamlSection section, HostFileKey key) {
        String text = section.text(key);
        Matcher matcher = DURATION.matcher(text);
        if (!matcher.matches() || Long.parseLong(matcher.group(1)) == 0) {
            throw section.error(key, "'" + text + "' is not a duration such as 500ms, 5s or 2m");
        }
        long amount = Long.parseLong(matcher.group(1));
        return switch (matcher.group(2)) {
            case "ms" -> Duration.ofMillis(amount);
            case "s" -> Duration.ofSeconds(amount);
            default -> Duration.ofMinutes(amount);
        };
    }

    /** The constant of the type with this name, in lower case or as it is. */
    static <E extends Enum<E>> E constant(YamlSection section, HostFileKey key, String text, Class<E> type) {
        return Arrays.stream(type.getEnumConstants())
                .filter(constant ->
                        text.equals(constant.name().toLowerCase(Locale.ROOT)) || text.equals(constant.name()))
                .findFirst()
                .orElseThrow(() -> section.error(
                        key,
                        "'" + text + "' is not one of "
                                + Arrays.stream(type.getEnumConstants())
                                        .map(constant -> constant.name().toLowerCase(Locale.ROOT))
                                        .collect(Collectors.joining(", "))));
    }

    static KeyFileAccess keyAccess(YamlSection section) {
        return new KeyFileAccess(
                mode(section), section.optional(HostFileKey.OWNER), section.optional(HostFileKey.GROUP));
    }

    private static Set<PosixFilePermission> mode(YamlSection section) {
        String text = section.text(HostFileKey.MODE);
        if (!MODE.matcher(text).matches()) {
            throw section.error(HostFileKey.MODE, "'" + text + "' is not an octal mode such as \"0600\"");
        }
        int bits = Integer.parseInt(text, 8);
        if ((bits & 0137) != 0 || (bits & 0400) == 0) {
            throw section.error(
                    HostFileKey.MODE, "'" + text + "' is not a mode for a private key; use 0400, 0600, 0440 or 0640");
        }
        Set<PosixFilePermission> permissions = EnumSet.noneOf(PosixFilePermission.class);
        PosixFilePermission[] fromLeft = PosixFilePermission.values();
        for (int i = 0; i < fromLeft.length; i++) {
            if ((bits & (0400 >> i)) != 0) {
                permissions.add(fromLeft[i]);
            }
        }
        return permissions;
    }
}
