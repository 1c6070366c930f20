"""Every test of the project; CONTRIBUTING.md says which folder a new one belongs in."""
