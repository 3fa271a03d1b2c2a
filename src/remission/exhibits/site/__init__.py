"""What static sites share: the shell of pages, how pages are found and written, and a server for one computer."""
