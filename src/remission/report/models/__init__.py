"""Models of who has the event sooner: what each is fitted to, and its results as records that pages are made from."""
