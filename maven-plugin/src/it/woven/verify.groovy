def report = new File(basedir, 'target/weaving.tsv').readLines()
assert report.any { it.startsWith('build\tshop.orders.Orders.sum\tOrders.java:20\tstates 2\t') }
assert report.any { it.startsWith('build\tshop.orders.OrdersTest.bodiesOfTests\t') }
def made = new File(basedir, 'target/classes/shop/orders').list()
assert made.any { it.startsWith('Orders$$sum$') && it.endsWith('$$w.class') }
