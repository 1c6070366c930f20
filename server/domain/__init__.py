"""What is true of jobs whatever carries them: standard library only, no I/O, clock, randomness or environment."""
