package dev.perennial.platform.configuration;

import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.util.StringJoiner;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.eclipse.microprofile.config.Config;
import org.jboss.logging.Logger;

/**
 * Logs the resolved {@code perennial.*} configuration at start, including defaults, in one line. Secrets are in files
 * and in Vault, so the values contain only their paths; a value whose key or form suggests a secret is masked
 * nevertheless.
 */
@ApplicationScoped
class ConfigurationLog {
    private static final Logger LOG = Logger.getLogger(ConfigurationLog.class);
    private static final String PREFIX = "perennial.";
    private static final String MASK = "***";
    private static final Pattern SECRET =
            Pattern.compile("(?i).*(password|passphrase|secret|token|credential|hmac|private|key).*");
    /** The value is a path or a name, not the secret itself. */
    private static final Pattern REFERENCE = Pattern.compile("(?i).*(file|path|type|types|reuse)");

    private static final Pattern USER_INFO = Pattern.compile("(?<=://)\\S*@");
    private static final Pattern QUERY = Pattern.compile("(?<=\\?)\\S*");

    /** @param known injected so that its check is not removed at build time */
    void start(@Observes StartupEvent event, Config config, KnownKeys known) {
        LOG.infof("configuration: %s", resolved(config));
    }

    static String resolved(Config config) {
        TreeSet<String> names = new TreeSet<>();
        config.getPropertyNames().forEach(name -> {
            if (name.startsWith(PREFIX)) {
                names.add(name);
            }
        });
        StringJoiner line = new StringJoiner(" ");
        for (String name : names) {
            String value = config.getConfigValue(name).getValue();
            if (value != null && !value.isEmpty()) {
                line.add(name + "=" + masked(name, value));
            }
        }
        return line.toString();
    }

    private static String masked(String name, String value) {
        String last = name.substring(name.lastIndexOf('.') + 1).replaceAll("\\[\\d+]", "");
        if (SECRET.matcher(last).matches() && !REFERENCE.matcher(last).matches()) {
            return MASK;
        }
        String withoutUser = USER_INFO.matcher(value).replaceAll(MASK + "@");
        return QUERY.matcher(withoutUser).replaceAll(MASK);
    }
}
