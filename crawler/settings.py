"""Scrapy's settings for every crawl of Copydesk, and for ``scrapy`` on a checkout. Flat and alphabetical.

Where a value differs from Scrapy's, a comment says why.
"""

from __future__ import annotations

from importlib import metadata

try:
    VERSION = metadata.version("copydesk")
except metadata.PackageNotFoundError:
    VERSION = "0"

# Waits of at least the latency, at least the slot's floor: see extensions/pace.py, which replaces Scrapy's.
AUTOTHROTTLE_ENABLED = False
AUTOTHROTTLE_MAX_DELAY = 60.0

BOT_NAME = "copydesk"

# An answer makes one item: Scrapy would start a hundred tasks for each, of which one has something to do.
CONCURRENT_ITEMS = 1
CONCURRENT_REQUESTS = 32
# One request at a time a site; a source's ``concurrency`` raises it for its own hosts.
CONCURRENT_REQUESTS_PER_DOMAIN = 1

# A redirect that only sets a cookie needs them; a jar a source, forgotten after the run.
COOKIES_ENABLED = True

# ``scrapy crawl`` with exit codes.
COMMANDS_MODULE = "crawler.commands"

DEFAULT_DROPITEM_LOG_FORMATTER = "crawler.logformat.LogFormatter"

# No language preference of our own: the site's own edition is the one that counts.
DEFAULT_REQUEST_HEADERS = {
    "Accept": "text/html,application/xhtml+xml,application/rss+xml,application/atom+xml,"
    "application/feed+json,application/xml;q=0.9,*/*;q=0.8",
}

DEPTH_LIMIT = 2

DOWNLOADER_MIDDLEWARES = {
    "crawler.middlewares.guard.GuardMiddleware": 10,
    "crawler.middlewares.site.SiteMiddleware": 20,
    "scrapy.downloadermiddlewares.offsite.OffsiteMiddleware": None,  # spiders know their hosts a source
    "scrapy.downloadermiddlewares.robotstxt.RobotsTxtMiddleware": None,
    "crawler.middlewares.robots.RobotsMiddleware": 100,
    "scrapy.downloadermiddlewares.retry.RetryMiddleware": None,
    "crawler.middlewares.retry.RetryMiddleware": 550,
    "scrapy.downloadermiddlewares.cookies.CookiesMiddleware": None,
    "crawler.middlewares.cookies.CookiesMiddleware": 700,
    # The last before the wire: sees bodies still compressed, redirects, errors and robots.txt.
    "crawler.middlewares.archive.ArchiveMiddleware": 950,
}

DOWNLOAD_DELAY = 0.5
DOWNLOAD_DELAY_JITTER = 0.2
# Scrapy's is 1 GiB. Counts for the body as received and for the body unpacked.
DOWNLOAD_MAXSIZE = 10 * 1024 * 1024
# From the first byte asked to the last one received: a site that answers one byte a second ends here too.
DOWNLOAD_TIMEOUT = 30
DOWNLOAD_VERIFY_CERTIFICATES = True
DOWNLOAD_WARNSIZE = 0

EXTENSIONS = {
    "crawler.extensions.pace.Pace": 10,
    "crawler.extensions.progress.Progress": 30,
}
# Of Scrapy's those that are used. The others, its remote control and telnet console among them, are not even
# imported: they bring a web server of their own, which takes a fifth of a second at each start.
EXTENSIONS_BASE = {
    "scrapy.extensions.corestats.CoreStats": 0,
    "scrapy.extensions.logcount.LogCount": 0,
    "scrapy.extensions.memusage.MemoryUsage": 0,
    "scrapy.extensions.closespider.CloseSpider": 0,
    "scrapy.extensions.feedexport.FeedExporter": 0,
    "scrapy.extensions.logstats.LogStats": 0,
}

FEED_EXPORTERS = {
    "atom": "exporters.components.AtomItemExporter",
    "jsonfeed": "exporters.components.JsonFeedItemExporter",
    "rss": "exporters.components.RssItemExporter",
}
FEED_EXPORT_ENCODING = "utf-8"
# ``-O out.rss`` leaves the file as it was when nothing came: a site that is down empties nothing.
FEED_STORE_EMPTY = False

# Callbacks see every status: an error page is an outcome to count, not something to drop.
HTTPERROR_ALLOW_ALL = True

ITEM_PIPELINES = {
    "pipelines.components.CleanPipeline": 100,
    "exporters.components.StorePipeline": 200,
}

LOG_FORMATTER = "crawler.logformat.LogFormatter"
LOG_LEVEL = "INFO"

# Pages that reload themselves every minute are not redirects; those that do at once are.
METAREFRESH_MAXDELAY = 3

# Names are resolved in threads, which a dead name server keeps busy.
REACTOR_THREADPOOL_MAXSIZE = 20

REDIRECT_MAX_TIMES = 8

# A feed's address may hold a subscriber's key: no Referer, whatever a page's own policy allows. (Without the
# middleware Scrapy warns at every crawl that redirects will carry none.)
REFERRER_POLICIES = dict.fromkeys(
    (
        "",
        "no-referrer",
        "no-referrer-when-downgrade",
        "origin",
        "origin-when-cross-origin",
        "same-origin",
        "scrapy-default",
        "strict-origin",
        "strict-origin-when-cross-origin",
        "unsafe-url",
    ),
    "scrapy.spidermiddlewares.referer.NoReferrerPolicy",
)
REFERRER_POLICY = "no-referrer"

# Runs code for whoever can reach a port of this machine: off.
REMOTE_CONTROL_ENABLED = False

RETRY_GIVE_UP_LOG_FORMATTER = "crawler.logformat.LogFormatter"
RETRY_TIMES = 2

ROBOTSTXT_OBEY = True
ROBOTSTXT_USER_AGENT = "Copydesk"

# In the order in which a source lists them: the newest first.
SCHEDULER_MEMORY_QUEUE = "scrapy.squeues.FifoMemoryQueue"

SPIDER_LOADER_CLASS = "crawler.spiders.loader.SourceLoader"
SPIDER_MODULES = ["crawler.spiders"]

STATS_DUMP = False

TELNETCONSOLE_ENABLED = False

TWISTED_DNS_RESOLVER = "crawler.resolver.GuardedResolver"

USER_AGENT = f"Copydesk/{VERSION} (news reader; Scrapy)"
