"""An endpoint's definition in words, and the pages that list the library."""
