package dev.perennial.agent.host;

import io.smallrye.config.ConfigSourceInterceptor;
import io.smallrye.config.ConfigSourceInterceptorContext;
import io.smallrye.config.ConfigValue;
import io.smallrye.config.Priorities;
import jakarta.annotation.Priority;
import java.nio.file.Path;

/**
 * Makes the host's name a property, {@code perennial.agent.host}, because the consumer group is named after it. Found by
 * the service loader; a host file that cannot be used stops the start here, before anything is consumed.
 *
 * <p>An interceptor and not a source: sources are made before the files of {@code QUARKUS_CONFIG_LOCATIONS} are read, so
 * they cannot know where the host's file is. Below the interceptor that expands expressions, which is who asks.
 */
@Priority(Priorities.LIBRARY + 100)
public final class HostNameProperty implements ConfigSourceInterceptor {
    private static final long serialVersionUID = 1L;
    private static final String HOST = "perennial.agent.host";
    private static final String FILE = "perennial.agent.config";

    @Override
    public ConfigValue getValue(ConfigSourceInterceptorContext context, String name) {
        if (!HOST.equals(name)) {
            return context.proceed(name);
        }
        ConfigValue file = context.proceed(FILE);
        if (file == null || file.getValue() == null || file.getValue().isBlank()) {
            return context.proceed(name);
        }
        return file.withName(HOST)
                .withValue(HostFile.read(Path.of(file.getValue())).host());
    }
}
