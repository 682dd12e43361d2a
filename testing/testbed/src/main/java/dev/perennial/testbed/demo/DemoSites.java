package dev.perennial.testbed.demo;

import dev.perennial.testbed.Site;
import java.util.List;

/** What the nginx of the demo, and of {@code up}, serves. */
public final class DemoSites {
    static final Site SHOP = Site.of("shop", "shop.demo.test", "www.shop.demo.test");
    static final Site SHOP_API = Site.of("shop-api", "api.shop.demo.test");

    /** Two for the demo, and some for trying things out. */
    public static final List<Site> ALL = List.of(
            SHOP, SHOP_API, Site.of("shop-blog", "blog.shop.demo.test"), Site.of("shop-mail", "mail.shop.demo.test"));

    private DemoSites() {}
}
