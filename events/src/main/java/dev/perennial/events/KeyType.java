package dev.perennial.events;

/** The types of certificate keys. */
public enum KeyType {
    EC_P256,
    EC_P384,
    RSA_2048,
    RSA_3072,
    RSA_4096
}
