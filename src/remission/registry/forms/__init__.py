"""The forms: the words in which people are asked, as data, and what is made of what they typed."""
