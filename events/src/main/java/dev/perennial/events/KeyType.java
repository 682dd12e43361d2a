package dev.perennial.events;

/** The kinds of certificate key we make. */
public enum KeyType {
    EC_P256,
    EC_P384,
    RSA_2048,
    RSA_3072,
    RSA_4096
}
