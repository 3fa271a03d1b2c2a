"""The fast finders of each kind of event, one file a rule."""
