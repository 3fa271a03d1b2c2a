"""What is done beside answering: letters, counts of a quarter, the head of the audit; one file a job."""
