package dev.thrum.timer;

/**
 * Keeps what a subclass declares two cache lines away from the object before it.
 *
 * <p>The collector moves objects of a class next to one another, so without this the locks of
 * several shards share a line, and threads that each have a shard of their own slow each other down
 * fourfold. The VM lays out the fields of a superclass first.
 */
@SuppressWarnings("unused")
abstract class Padded {
    long p0;
    long p1;
    long p2;
    long p3;
    long p4;
    long p5;
    long p6;
    long p7;
    long p8;
    long p9;
    long p10;
    long p11;
    long p12;
    long p13;
    long p14;
    long p15;
}
