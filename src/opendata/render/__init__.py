"""Everything into pages: a module a kind of page, and the files that pages offer for download.

A page is a title, a few headings, and for each heading HTML that Jinja made with everything escaped.
Nothing is written to disk here.
"""

from opendata.render.base import LANGUAGES, Guide, Link, Page, Rendered, Section, Site, localised, relative
from opendata.render.site import render_site

__all__ = ["LANGUAGES", "Guide", "Link", "Page", "Rendered", "Section", "Site", "localised", "relative", "render_site"]
