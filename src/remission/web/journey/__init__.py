"""A person's own timeline as a picture, and what studies say of the treatments named in it."""
