"""`python -m remission.cli`."""

from remission.cli import main

main()
