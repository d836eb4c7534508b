import { expect } from "chai";
import { describe, it } from "mocha";
import { whyNotReady } from "../../../dryrun/apply/whyNotReady";
import type { Api } from "../../../dryrun/kubernetes/api";

const workload = {
  metadata: { name: "api", namespace: "web", uid: "1" },
  spec: { selector: { matchLabels: { app: "api" } } },
};

const variable = (name: string) => ({ name, valueFrom: { secretKeyRef: { name: `of-${name}`, key: "a" } } });
const pod = {
  metadata: { name: "api-1", uid: "2" },
  spec: {
    initContainers: [{ name: "first", env: [variable("init")] }],
    containers: [{ name: "main", env: [variable("main")], envFrom: [{ secretRef: { name: "all" } }] }],
    volumes: [
      { name: "plain", secret: { secretName: "volume" } },
      {
        name: "parts",
        projected: { sources: [{ secret: { name: "part" } }, { configMap: { name: "no" } }] },
      },
    ],
  },
  status: {
    phase: "Running",
    containerStatuses: [{ name: "main", state: { terminated: { reason: "Error", exitCode: 1 } } }],
  },
};

/** An API server that has a pod with a log, and that answers questions for Secrets with a code. */
function server(secrets: number): { api: Api; asked: string[] } {
  const asked: string[] = [];
  const send = ({ path }: { path: string }) => {
    asked.push(path);
    if (path.includes("/log?")) return { code: 200, body: { message: "login with hunter2 refused" } };
    if (path.includes("/secrets/")) return { code: secrets, body: { kind: "Secret", data: {} } };
    return { code: 200, body: { items: path.includes("/pods") ? [pod] : [] } };
  };
  return {
    api: { send: (request: { path: string }) => Promise.resolve(send(request)) } as unknown as Api,
    asked,
  };
}

describe("why a workload is not ready", () => {
  it("has the last lines of its pods' logs, and the Secrets that must be masked in them, in git or not", async () => {
    const { api, asked } = server(200);
    const { lines, hidden } = await whyNotReady(workload, api);
    expect(lines).to.include("  main: login with hunter2 refused");
    const read = asked.filter((path) => path.includes("/secrets/")).map((path) => path.split("/").at(-1));
    expect(read).to.have.members(["of-init", "of-main", "all", "volume", "part"]);
    expect(hidden).to.have.length(5);
  });

  it("has no log where one of these Secrets cannot be read, and says so", async () => {
    const { api, asked } = server(403);
    const { lines } = await whyNotReady(workload, api);
    expect(lines.join("\n"))
      .to.match(/pod api-1: its log is not shown, as Secret .*of-main/)
      .and.not.include("hunter2");
    expect(asked.filter((path) => path.includes("/log?"))).to.deep.equal([]);
  });
});
