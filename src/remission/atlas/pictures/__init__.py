"""The charts of the atlas's pages."""
