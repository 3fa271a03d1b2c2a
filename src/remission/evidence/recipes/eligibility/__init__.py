"""What the page of rules is made from: who asks for inflammation, every line of every set, and the deaths beside it."""
