/** Opens nothing: what is woven by the build needs no reflection. */
module shop {
    requires dev.thrum;
}
