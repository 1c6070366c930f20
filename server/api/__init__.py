"""HTTP by resource: reads a request, asks the service, writes the answer. Decides nothing about jobs."""
