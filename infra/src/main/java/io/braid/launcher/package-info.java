/**
 * The {@code braid} command: arguments, exit codes, what people read. {@link
 * io.braid.launcher.Braid} is the main class; how the layers are wired comes in as a {@link
 * io.braid.launcher.PlatformStarter} and a {@link io.braid.launcher.Checker}. Exit codes are 0 for
 * done, 1 for failed or a comparison that differs, 2 for wrong usage or definitions.
 */
package io.braid.launcher;
