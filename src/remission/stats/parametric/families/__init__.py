"""Shapes of a curve, one file each, found by walking: to add one, add its file, its pin and its assumption in words."""
