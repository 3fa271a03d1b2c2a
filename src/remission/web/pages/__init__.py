"""What is served, one file a part with its routes and views, in a folder for each kind of reader; found by walking."""
