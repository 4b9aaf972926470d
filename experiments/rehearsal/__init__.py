"""The simulated cluster: the Kubernetes API as far as Cowbane's own activities need it, without a cluster.

It stores objects, runs the controllers that matter and answers over HTTP, conflicts included, as the real API
server does. It knows no rights, runs no container, and proves nothing: what is asserted on it is asserted on
the real control plane by the same tests. Nothing in here may import the gateway, the engine or a provider.
"""
