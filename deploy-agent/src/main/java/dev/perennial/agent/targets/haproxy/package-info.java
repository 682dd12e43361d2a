/** HAProxy, which gets a certificate over its runtime API, without a reload. */
package dev.perennial.agent.targets.haproxy;
