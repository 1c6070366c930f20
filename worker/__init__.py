"""The worker: runs generations and tells what they write. Never speaks to a browser; `server` never imports it."""
