"""The web process: HTTP, the WebSocket hub, and the domain and ports the worker shares."""
