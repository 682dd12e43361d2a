package dev.perennial.agent.host;

import io.smallrye.config.ConfigSourceContext;
import io.smallrye.config.ConfigSourceFactory;
import io.smallrye.config.ConfigValue;
import io.smallrye.config.PropertiesConfigSource;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.eclipse.microprofile.config.spi.ConfigSource;

/**
 * Makes the host's name a property, {@code perennial.agent.host}, because the consumer group is named after it. Found by
 * the service loader; a host file that cannot be used stops the start here, before anything is consumed.
 */
public final class HostNameSource implements ConfigSourceFactory {
    private static final int ORDINAL = 150;

    @Override
    public Iterable<ConfigSource> getConfigSources(ConfigSourceContext context) {
        ConfigValue file = context.getValue("perennial.agent.config");
        if (file == null || file.getValue() == null || file.getValue().isBlank()) {
            return List.of();
        }
        HostFile host = HostFile.read(Path.of(file.getValue()));
        return List.of(new PropertiesConfigSource(
                Map.of("perennial.agent.host", host.host()), "the host's file " + file.getValue(), ORDINAL));
    }
}
