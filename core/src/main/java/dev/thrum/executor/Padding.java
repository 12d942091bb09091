package dev.thrum.executor;

/**
 * Keeps the fields of a subclass, which one thread writes for every job, out of the cache lines of
 * what lies before it in memory: the same fields of another core, mostly, since the collector moves
 * objects of a kind next to each other. Two lines of 64 bytes, as some processors fetch them in
 * pairs. See {@link Apart} for the same with references.
 */
@SuppressWarnings("unused") // they only take room
abstract class Padding {
    private long p0, p1, p2, p3, p4, p5, p6, p7, p8, p9, p10, p11, p12, p13, p14;
}
