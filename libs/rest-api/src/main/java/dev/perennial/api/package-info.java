/**
 * The request and response records of the REST API. The order-service writes them, clients read them; field names are part of the
 * API. Records and enums only: no behaviour, no framework.
 */
package dev.perennial.api;
