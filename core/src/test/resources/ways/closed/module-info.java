module closed {
    requires dev.thrum;
}
