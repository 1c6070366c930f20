"""Measurements: printed, never asserted. Machines are noisy; quote the median."""
