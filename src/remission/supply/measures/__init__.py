"""What is measured of hospital supply: definitions, amounts, estimates with what is hidden."""
