"""A whole Argo CD on one machine, of real programs: everything on loopback, nothing in a container."""
