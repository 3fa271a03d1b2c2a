"""The pages of the atlas, one file each."""
