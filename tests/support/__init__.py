"""What tests stand on: real servers, waiting without sleeping, generators of values."""
