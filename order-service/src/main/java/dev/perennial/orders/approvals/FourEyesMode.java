package dev.perennial.orders.approvals;

/** Whether actions for the whole installation need a second person. */
public enum FourEyesMode {
    REQUIRED,
    OFF
}
