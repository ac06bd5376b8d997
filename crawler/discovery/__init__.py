"""From the bytes of a feed, a sitemap or a section page to links, with all that they say. Pure. No Scrapy.

``feed.read``, ``sitemap.read`` and ``section.read`` take a decoded body and its address. The first two return
None for bytes that are something else (an error page with status 200, say); none of them raises.
"""
