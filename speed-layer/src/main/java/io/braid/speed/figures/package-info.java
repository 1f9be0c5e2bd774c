/**
 * What the speed layer says about itself: a status that is asked for at once and copies no view,
 * and the figures made of it. {@link io.braid.speed.figures.SpeedFigures} shows a {@link
 * io.braid.speed.figures.WorkerStatus} as meters; the names stand in the README of this module.
 * Instants are epoch milliseconds, sizes bytes.
 */
package io.braid.speed.figures;
