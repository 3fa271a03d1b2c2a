"""What the atlas computes and writes for its pages and its map, from stock to site."""
