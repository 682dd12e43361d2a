package dev.perennial.api;

import com.fasterxml.jackson.annotation.JsonProperty;

/** @param atOnce orders in progress at the same time, 1 to 1000 */
public record ThrottleRequest(@JsonProperty(required = true) int atOnce) {}
