package dev.perennial.events;

/** The data of a CloudEvent: a request of a client, a fact, or the state of something on a compacted topic. */
public sealed interface Event permits Fact, KeyedState, Request {}
