/** Comparisons: two views of one source at one position, row by row. */
package io.braid.serving.compare;
