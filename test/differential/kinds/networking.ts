import { field, type Kind, some } from "./kind";
import { metadata } from "./metadata";

/** Kinds that lead to containers. */
export const networking: Kind[] = [
  {
    apiVersion: "v1",
    kind: "Service",
    base: { spec: { selector: { app: "x" }, ports: [{ port: 80 }] } },
    fields: [
      ...metadata,
      field("spec/type", "ClusterIP", "NodePort", "LoadBalancer", "ExternalName"),
      field("spec/clusterIP", "None", "10.0.0.200", ""),
      {
        path: ["spec", "ports"],
        values: some(
          { port: 80, name: "http" },
          { port: 80, name: "http", targetPort: 80 },
          { port: 80, name: "http", targetPort: "80" },
          { port: 80, name: "dns", protocol: "UDP" },
          { port: 443, name: "https", targetPort: "tls", protocol: "TCP" },
        ),
      },
      field("spec/selector", { app: "x" }, { app: "y", tier: "z" }, null),
      field("spec/sessionAffinity", "None", "ClientIP"),
      field("spec/externalTrafficPolicy", "Local", "Cluster"),
      field("spec/publishNotReadyAddresses", true, false),
    ],
  },
  {
    apiVersion: "networking.k8s.io/v1",
    kind: "Ingress",
    base: { spec: { defaultBackend: { service: { name: "s", port: { number: 80 } } } } },
    fields: [
      ...metadata,
      field("spec/ingressClassName", "alb", "nginx"),
      field("spec/tls", [{ hosts: ["a.example.org"], secretName: "t" }], [{ hosts: ["b.example.org"] }], []),
      field(
        "spec/rules",
        [{ host: "a.example.org" }],
        [
          {
            http: {
              paths: [
                {
                  path: "/",
                  pathType: "Prefix",
                  backend: { service: { name: "s", port: { name: "http" } } },
                },
              ],
            },
          },
        ],
        [{ http: { paths: [{ path: "/", backend: { service: { name: "s", port: { number: 80 } } } }] } }],
      ),
    ],
  },
  {
    apiVersion: "networking.k8s.io/v1",
    kind: "NetworkPolicy",
    base: { spec: { podSelector: {} } },
    fields: [
      ...metadata,
      field("spec/policyTypes", ["Ingress"], ["Egress", "Ingress"], []),
      field(
        "spec/ingress",
        [{}],
        [{ ports: [{ port: 80 }] }],
        [{ ports: [{ port: "http", protocol: "TCP" }] }],
        [],
      ),
      field("spec/podSelector/matchLabels", { app: "x" }, {}),
    ],
  },
];
