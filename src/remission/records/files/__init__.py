"""The edge: a folder of CSV or Parquet files and a cohort.toml becomes a Cohort, and a Cohort such a folder."""
