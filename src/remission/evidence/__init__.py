"""What is shown of published studies: pages of what they say together, one card a study, and what is not known."""
