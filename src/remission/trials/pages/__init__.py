"""Pages of the site about trials that are to come, one file each."""
