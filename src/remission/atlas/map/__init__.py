"""The map: cells, hexagons and boards, first as a picture, then live."""
