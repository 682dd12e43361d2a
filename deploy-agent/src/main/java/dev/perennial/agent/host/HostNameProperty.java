package dev.perennial.agent.host;

import io.smallrye.config.ConfigSourceInterceptor;
import io.smallrye.config.ConfigSourceInterceptorContext;
import io.smallrye.config.ConfigValue;
import io.smallrye.config.Priorities;
import jakarta.annotation.Priority;
import java.nio.file.Path;

/**
 * Provides the host's name as the property {@code perennial.agent.host}, because the name of the consumer group
 * contains it. The service loader finds this class. An invalid host file prevents the start here, before any record is
 * consumed.
 *
 * <p>An interceptor instead of a config source: sources are created before the files of {@code
 * QUARKUS_CONFIG_LOCATIONS} are read, so the path of the host file is not available to them. Its priority is below that
 * of the interceptor that expands expressions.
 */
@Priority(Priorities.LIBRARY + 100)
public final class HostNameProperty implements ConfigSourceInterceptor {
    private static final long serialVersionUID = 1L;
    private static final String HOST = "perennial.agent.host";
    private static final String FILE = "perennial.agent.host-file";

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
