package dev.perennial.platform.configuration;

import io.smallrye.config.ConfigMapping;

/**
 * Makes the start fail if a {@code perennial.*} key is not a key of any mapping. SmallRye Config checks only keys below the
 * prefix of a mapping; without this one, it would ignore a misspelled section and its values.
 */
@ConfigMapping(prefix = "perennial")
interface KnownKeys {}
