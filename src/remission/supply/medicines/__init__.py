"""Which product a name is, and how many patient-years its units mean."""
