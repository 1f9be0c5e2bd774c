package io.braid.serving.query;

import io.braid.store.PublishedRun;
import java.util.Optional;

/**
 * What a source is served from at one moment: a batch view and the speed view that starts at its
 * cut. The two are always changed together, so that no query sees a mix.
 *
 * @param batch the published run; empty when there is none, and then the speed view starts at the
 *     log's beginning
 * @param speed the folds from the cut on
 */
public record ServedPair(Optional<PublishedRun> batch, SpeedView speed) {}
