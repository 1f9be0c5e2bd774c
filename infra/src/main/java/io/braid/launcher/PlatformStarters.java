package io.braid.launcher;

/**
 * How the processes of Braid are started.
 *
 * @param up all layers
 * @param speed a worker alone
 * @param serve a server alone
 */
record PlatformStarters(PlatformStarter up, PlatformStarter speed, PlatformStarter serve) {}
