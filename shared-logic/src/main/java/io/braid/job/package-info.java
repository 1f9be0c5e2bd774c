/**
 * Jobs as users see them: the documents of runs, replays and comparisons that HTTP answers with and
 * the store keeps, and the requests that start them. Field names in JSON are snake_case.
 */
package io.braid.job;
