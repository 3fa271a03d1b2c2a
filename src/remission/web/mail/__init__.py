"""Letters: what they say, who gets one when, and the links in them that open one thing once."""
