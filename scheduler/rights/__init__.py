"""The least rights of each queue: what its schedules' experiments need, and what RBAC objects grant; pure.

Nothing in here talks to a cluster. What an activity needs is declared beside it in `experiments`.
"""
