"""Credit: what a firm's trading data say about it, explainable and reproducible."""
