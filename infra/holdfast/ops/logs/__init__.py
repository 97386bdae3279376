"""`holdfast logs`: what builds and services wrote."""
