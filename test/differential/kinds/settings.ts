import { field, type Kind, some, unquoted, withMistakes } from "./kind";
import { metadata } from "./metadata";

/** Kinds that hold what others use. */
export const settings: Kind[] = [
  {
    apiVersion: "v1",
    kind: "ConfigMap",
    base: { data: { a: "1" } },
    fields: [
      ...metadata,
      withMistakes(field("data/a", "1", "2", "one\ntwo\n", null), 1),
      withMistakes(
        field("data/b.conf", "x = 1\n\ty\n", "", " leading", unquoted("2020-01-01")),
        unquoted("yes"),
        unquoted("012"),
      ),
      field("data", null, {}),
      withMistakes(field("binaryData/c", "AAEC"), "not base64"),
      field("immutable", true, false),
    ],
  },
  {
    apiVersion: "v1",
    kind: "ServiceAccount",
    base: {},
    fields: [
      ...metadata,
      { path: ["imagePullSecrets"], values: some({ name: "one" }, { name: "two" }) },
      field("automountServiceAccountToken", false, true),
      field("secrets", [{ name: "s" }], []),
    ],
  },
  {
    apiVersion: "v1",
    kind: "PersistentVolumeClaim",
    base: { spec: { accessModes: ["ReadWriteOnce"], resources: { requests: { storage: "1Gi" } } } },
    fields: [
      ...metadata,
      field("spec/storageClassName", "gp3", "", null),
      field("spec/resources/requests/storage", "1Gi", "1024Mi", "2Gi"),
      field("spec/volumeMode", "Filesystem", "Block"),
    ],
  },
  {
    apiVersion: "storage.k8s.io/v1",
    kind: "StorageClass",
    isClusterScoped: true,
    base: { provisioner: "ebs.csi.aws.com" },
    fields: [
      ...metadata,
      field("parameters", { type: "gp3" }, { type: "io2", iops: "100" }),
      field("reclaimPolicy", "Delete", "Retain"),
      field("allowVolumeExpansion", true, false),
      field("mountOptions", ["debug"], []),
    ],
  },
  {
    apiVersion: "v1",
    kind: "Namespace",
    isClusterScoped: true,
    base: {},
    fields: [...metadata],
  },
];
