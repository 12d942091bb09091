def report = new File(basedir, 'target/weaving.tsv').readLines()
assert report.any { it.startsWith('build\tshop.orders.Orders.sum\tOrders.java:20\tstates 2\t') }
assert report.any { it.startsWith('build\tshop.orders.OrdersTest.bodiesOfTests\t') }
// Deterministic, and left alone the second time: the goals run once only here, so by their marks.
assert new File(basedir, 'target/classes/shop/orders/Orders$$sum$$w.class').exists() ||
        new File(basedir, 'target/classes/shop/orders').list().any { it.startsWith('Orders$$sum') }
