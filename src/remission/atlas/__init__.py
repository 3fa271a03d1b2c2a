"""The atlas: which hospital issues which therapy, since when, and what cannot be seen; map, pages, site."""
