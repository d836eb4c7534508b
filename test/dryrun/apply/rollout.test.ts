import { expect } from "chai";
import { describe, it } from "mocha";
import { hasRollout, rolloutOf } from "../../../dryrun/apply/rollout";

const object = (kind: string, spec: object, status: object, generation = 2) => ({
  apiVersion: "apps/v1",
  kind,
  metadata: { name: "web", generation },
  spec,
  status: { observedGeneration: 2, ...status },
});

describe("a rollout", () => {
  const done = { replicas: 3, updatedReplicas: 3, availableReplicas: 3 };

  it("is waited for only where a controller of apps makes pods one after the other", () => {
    for (const kind of ["Deployment", "DaemonSet", "StatefulSet"])
      expect(hasRollout({ apiVersion: "apps/v1", kind })).to.equal(true);
    expect(hasRollout({ apiVersion: "v1", kind: "ConfigMap" })).to.equal(false);
    expect(hasRollout({ apiVersion: "example.org/v1", kind: "Deployment" })).to.equal(false);
  });

  for (const [title, given, expected] of [
    ["of a Deployment is ready", object("Deployment", { replicas: 3 }, done), undefined],
    [
      "that its controller has not seen is not ready",
      object("Deployment", { replicas: 3 }, done, 3),
      "its controller has not seen the change yet",
    ],
    [
      "of an object without status is not ready",
      { kind: "StatefulSet", metadata: { generation: 1 }, spec: {} },
      "its controller has not seen the change yet",
    ],
    [
      "waits for updated replicas",
      object("Deployment", { replicas: 3 }, { ...done, updatedReplicas: 1 }),
      "1 of 3 replicas are updated",
    ],
    [
      "counts one replica where the manifest says nothing",
      object("Deployment", {}, { replicas: 0, updatedReplicas: 0 }),
      "0 of 1 replicas are updated",
    ],
    [
      "waits for the end of old replicas",
      object("Deployment", { replicas: 3 }, { ...done, replicas: 4 }),
      "1 old replicas have not ended",
    ],
    [
      "waits for available replicas",
      object("Deployment", { replicas: 3 }, { ...done, availableReplicas: 2 }),
      "2 of 3 replicas are available",
    ],
    [
      "of a DaemonSet waits for each node",
      object(
        "DaemonSet",
        { updateStrategy: { type: "RollingUpdate" } },
        { desiredNumberScheduled: 5, updatedNumberScheduled: 5, numberAvailable: 4 },
      ),
      "4 of 5 pods are available",
    ],
    [
      "that waits for people is ready",
      object("DaemonSet", { updateStrategy: { type: "OnDelete" } }, { desiredNumberScheduled: 5 }),
      undefined,
    ],
    [
      "of a StatefulSet waits for the newest revision",
      object(
        "StatefulSet",
        { replicas: 2 },
        { readyReplicas: 2, updatedReplicas: 1, currentRevision: "a", updateRevision: "b" },
      ),
      "1 of 2 pods are updated",
    ],
    [
      "of a StatefulSet with a partition waits for its part",
      object(
        "StatefulSet",
        { replicas: 3, updateStrategy: { rollingUpdate: { partition: 2 } } },
        { readyReplicas: 3, updatedReplicas: 1, currentRevision: "a", updateRevision: "b" },
      ),
      undefined,
    ],
  ] as const)
    it(title, () => {
      expect(rolloutOf(given)).to.deep.equal(
        expected === undefined ? { state: "ready" } : { state: "waiting", message: expected },
      );
    });

  it("has failed where its controller says that the progress deadline is over", () => {
    const conditions = [{ type: "Progressing", reason: "ProgressDeadlineExceeded", message: "timed out" }];
    expect(rolloutOf(object("Deployment", { replicas: 3 }, { ...done, conditions }))).to.deep.equal({
      state: "failed",
      message: "timed out",
    });
  });
});
