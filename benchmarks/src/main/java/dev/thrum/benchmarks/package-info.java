/**
 * Benchmarks. {@link dev.thrum.benchmarks.Peers} runs the workloads that other runtimes run too,
 * written as a user of Thrum would write them; the rest are JMH benchmarks of single parts.
 */
@NullMarked
package dev.thrum.benchmarks;

import org.jspecify.annotations.NullMarked;
