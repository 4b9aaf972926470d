"""A small web application for tests of the rig itself: two pods on different nodes behind one service."""

from __future__ import annotations

from typing import Any

from cluster.standard import PYTHON
from controlplane.client import Object

#: Answers with the pod's name, and says in the log who asked.
SERVER = """\
import http.server, os
class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.end_headers()
        self.wfile.write(os.uname().nodename.encode())
http.server.ThreadingHTTPServer(("", 8080), Handler).serve_forever()
"""

RESTRICTED = {
    "allowPrivilegeEscalation": False,
    "capabilities": {"drop": ["ALL"]},
    "readOnlyRootFilesystem": True,
    "runAsNonRoot": True,
    "runAsUser": 10001,
    "seccompProfile": {"type": "RuntimeDefault"},
}


def pod(*command: str, **more: Any) -> Object:
    """A pod's spec as restricted pod security wants it; `more` belongs to its container."""
    container = {
        "name": "main",
        "image": PYTHON,
        "imagePullPolicy": "Never",
        "command": [*command],
        "securityContext": RESTRICTED,
        **more,
    }
    return {"terminationGracePeriodSeconds": 1, "containers": [container]}


def web(namespace: str) -> list[Object]:
    """Its objects."""
    labels = {"app": "web"}
    about = {"name": "web", "namespace": namespace}
    spread = {
        "maxSkew": 1,
        "topologyKey": "kubernetes.io/hostname",
        "whenUnsatisfiable": "DoNotSchedule",
        "labelSelector": {"matchLabels": labels},
    }
    probe = {"httpGet": {"path": "/", "port": 8080}, "periodSeconds": 1}
    spec = pod("python3", "-c", SERVER, readinessProbe=probe) | {"topologySpreadConstraints": [spread]}
    template = {"metadata": {"labels": labels}, "spec": spec}
    deployment = {"replicas": 2, "selector": {"matchLabels": labels}, "template": template}
    service = {"selector": labels, "ports": [{"port": 80, "targetPort": 8080}]}
    return [
        {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": about, "spec": deployment},
        {"apiVersion": "v1", "kind": "Service", "metadata": about, "spec": service},
    ]
