package dev.perennial.testbed.ca;

/** Pebble never processes requests of two different groups at the same time; see {@link GroupExclusion}. */
enum ExclusionGroup {
    /** Compatible with every group. */
    ANY,
    NEW_ORDER,
    AUTHORIZATION
}
