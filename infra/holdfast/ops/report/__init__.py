"""`holdfast report`: one run as one page. Everything that it shows is on record already; only the doctor asks Azure."""
