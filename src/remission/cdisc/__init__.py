"""The CDISC standards: SDTM in, ADaM out, in transport files, Dataset-JSON and Parquet."""
