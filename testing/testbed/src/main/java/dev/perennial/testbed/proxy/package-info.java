/**
 * TCP proxies between the services and a part. They can be cut, like connections by a switch, a firewall or a failover of a load
 * balancer. Only stacks with {@code StackBuilder.cuttable()} have them. A proxy must never change a byte.
 */
package dev.perennial.testbed.proxy;
