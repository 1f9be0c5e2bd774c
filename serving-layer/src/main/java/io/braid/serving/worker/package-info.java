/**
 * Where a server finds the speed layer's folds: which workers there are, by their consumer group
 * ({@link io.braid.serving.worker.Members}), what each of them has folded ({@link
 * io.braid.serving.worker.WorkerClient}), and the one state of each partition that an answer is
 * made of ({@link io.braid.serving.worker.SourceWorkers}).
 */
package io.braid.serving.worker;
