package dev.thrum.task;

/** A context made by hand: a waker and nothing else. */
record PlainContext(Waker waker) implements Context {}
