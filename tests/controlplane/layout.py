"""Which files, ports and flags a control plane runs with: pure, nothing is started here."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

#: Who wrote what, where it matters: the deletes and patches by service accounts.
AUDITED = {
    "apiVersion": "audit.k8s.io/v1",
    "kind": "Policy",
    "omitStages": ["RequestReceived"],
    "rules": [
        {
            "level": "Metadata",
            "userGroups": ["system:serviceaccounts"],
            "verbs": ["delete", "deletecollection", "patch"],
            "resources": [{"group": "", "resources": ["pods"]}, {"group": "networking.istio.io"}],
        },
        {"level": "None"},
    ],
}

#: The default of 20 requests a second makes ten thousand pods take an hour.
FAST = ("--kube-api-qps=2000", "--kube-api-burst=4000")

SERVICES, PODS = "10.96.0.0/16", "10.244.0.0/16"

#: A node whose kubelet keeps silent is not ready after this time; the default is 50 s.
PATIENCE = ("--node-monitor-grace-period=16s", "--node-monitor-period=1s")


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """One control plane: its programs in `parts`, everything it writes in `folder`, one port.

    Its `nodes` are real ones with a bearer token each; kwok plays some where none is named.
    """

    parts: Path
    folder: Path
    port: int
    admin_token: str
    address: str = "127.0.0.1"
    nodes: Mapping[str, str] = field(default_factory=dict)

    @property
    def server(self) -> str:
        return f"https://{self.address}:{self.port}"

    @property
    def certificates(self) -> Path:
        """The API server makes its own certificate in here."""
        return self.folder / "certificates"

    @property
    def ca_file(self) -> Path:
        return self.certificates / "apiserver.crt"

    @property
    def key_file(self) -> Path:
        """The server's own key also signs service-account tokens: nothing else has to make one."""
        return self.certificates / "apiserver.key"

    @property
    def kubelet_client(self) -> Path:
        """The certificate and key by which kubelets know the API server: of its own authority."""
        return self.folder / "kubelet-client.pem"

    @property
    def tokens(self) -> Path:
        return self.folder / "tokens.csv"

    @property
    def audit_policy(self) -> Path:
        return self.folder / "audit-policy.json"

    @property
    def audit_log(self) -> Path:
        return self.folder / "audit.log"

    @property
    def admin_kubeconfig(self) -> Path:
        return self.folder / "admin.kubeconfig"

    def etcd(self) -> list[str]:
        """Sockets instead of ports: nobody else can take them in between."""
        client, peer = (f"unix://{self.folder}/{name}.sock" for name in ("etcd", "peer"))
        return [
            *(str(self.parts / "etcd"), "--unsafe-no-fsync", "--log-level=warn"),
            *(f"--data-dir={self.folder}/etcd", f"--listen-client-urls={client}"),
            *(f"--advertise-client-urls={client}", f"--listen-peer-urls={peer}"),
            *(f"--initial-advertise-peer-urls={peer}", f"--initial-cluster=default={peer}"),
        ]

    def kube_apiserver(self) -> list[str]:
        return [
            str(self.parts / "kube-apiserver"),
            f"--etcd-servers=unix://{self.folder}/etcd.sock",
            *(f"--bind-address={self.address}", f"--secure-port={self.port}"),
            *(f"--cert-dir={self.certificates}", f"--service-cluster-ip-range={SERVICES}"),
            "--service-account-issuer=https://kubernetes.default.svc",
            f"--service-account-key-file={self.key_file}",
            f"--service-account-signing-key-file={self.key_file}",
            *("--authorization-mode=Node,RBAC", f"--token-auth-file={self.tokens}", "--allow-privileged"),
            *(f"--audit-policy-file={self.audit_policy}", f"--audit-log-path={self.audit_log}"),
            *(self._to_kubelets() if self.nodes else ("--endpoint-reconciler-type=none",)),
        ]

    def _to_kubelets(self) -> tuple[str, ...]:
        return (
            f"--kubelet-client-certificate={self.kubelet_client}",
            f"--kubelet-client-key={self.kubelet_client}",
            "--kubelet-preferred-address-types=InternalIP",
            "--enable-admission-plugins=NodeRestriction",
        )

    def kube_controller_manager(self) -> list[str]:
        return [
            *(str(self.parts / "kube-controller-manager"), f"--kubeconfig={self.admin_kubeconfig}"),
            *("--leader-elect=false", "--secure-port=0", "--use-service-account-credentials"),
            *(f"--service-account-private-key-file={self.key_file}", f"--root-ca-file={self.ca_file}"),
            *FAST,
            *(("--allocate-node-cidrs", f"--cluster-cidr={PODS}", *PATIENCE) if self.nodes else ()),
        ]

    def kube_scheduler(self) -> list[str]:
        return [
            *(str(self.parts / "kube-scheduler"), f"--kubeconfig={self.admin_kubeconfig}"),
            *("--leader-elect=false", "--secure-port=0", *FAST),
        ]

    def kwok(self) -> list[str]:
        return [
            *(str(self.parts / "kwok"), f"--kubeconfig={self.admin_kubeconfig}"),
            *("--manage-all-nodes=true", f"--config={self.parts / 'stages.yaml'}"),
            "--node-lease-duration-seconds=40",
        ]

    def accounts(self) -> str:
        """The token file: the administrator, and each real node with its kube-proxy."""
        lines = [f"{self.admin_token},admin,admin,system:masters"]
        for node, token in self.nodes.items():
            lines.append(f"{token},system:node:{node},{node},system:nodes")
            lines.append(f"{token}.proxy,system:kube-proxy,kube-proxy,")
        return "".join(f"{line}\n" for line in lines)

    def kubeconfig(self, token: str, namespace: str = "default") -> str:
        """A kubeconfig with one token and the CA, nothing else (JSON is YAML)."""
        cluster = {"server": self.server, "certificate-authority": str(self.ca_file)}
        context = {"cluster": "tests", "user": "tests", "namespace": namespace}
        return json.dumps(
            {
                "apiVersion": "v1",
                "kind": "Config",
                "clusters": [{"name": "tests", "cluster": cluster}],
                "users": [{"name": "tests", "user": {"token": token}}],
                "contexts": [{"name": "tests", "context": context}],
                "current-context": "tests",
            }
        )
