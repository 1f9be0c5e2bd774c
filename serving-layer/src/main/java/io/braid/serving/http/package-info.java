/** The HTTP API: paths, parameters, JSON and problem documents (RFC 9457). */
package io.braid.serving.http;
