package dev.perennial.testbed.demo;

import dev.perennial.testbed.Site;
import java.util.List;

/** The sites of the demo's nginx. */
final class DemoSites {
    static final Site SHOP = Site.of("shop", "shop.demo.test", "www.shop.demo.test");
    static final Site SHOP_API = Site.of("shop-api", "api.shop.demo.test");
    static final List<Site> ALL = List.of(SHOP, SHOP_API);

    private DemoSites() {}
}
