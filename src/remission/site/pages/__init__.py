"""Pages of the site that belong to no one subject, and those that open the door to a subject: one file each."""
