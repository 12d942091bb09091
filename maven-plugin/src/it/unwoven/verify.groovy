def log = new File(basedir, 'build.log').text
def expected = [
    'shop.Till.holdsMonitor (Till.java:16) cannot be woven: it awaits inside a synchronized block',
    'shop.Till.nested (Till.java:22) awaits in a lambda that is not an async body',
    'shop.Till.stray (Till.java:28) awaits outside of an async body',
    'shop.Till$Drawer has async bodies that are not woven',
]
expected.each { assert log.contains(it) : "not in the log: $it" }
assert log.contains('BUILD FAILURE')
