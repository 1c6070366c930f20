"""The technologies behind the ports, one module each, named `technology_port.py`; `memory_*` are shipped doubles."""
