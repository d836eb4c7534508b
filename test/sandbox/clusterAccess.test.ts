import { AuthorizeSecurityGroupIngressCommand, RevokeSecurityGroupIngressCommand } from "@aws-sdk/client-ec2";
import {
  CreateAccessEntryCommand,
  DeleteAccessEntryCommand,
  UpdateAccessEntryCommand,
  UpdateClusterConfigCommand,
} from "@aws-sdk/client-eks";
import { DeleteRolePolicyCommand, PutRolePolicyCommand } from "@aws-sdk/client-iam";
import { expect } from "chai";
import { after, afterEach, before, describe, it } from "mocha";
import { readFile } from "node:fs/promises";
import { Agent, request } from "node:https";
import { connect as connectTcp } from "node:net";
import { setTimeout } from "node:timers/promises";
import { parse } from "yaml";
import type { BuildAccess } from "../../sandbox/aws/eks/buildAccess";
import { clusterName, clusterWorld, region, type ClusterWorld, type Ended } from "./clusterWorld";

describe("a build's way into a cluster", function () {
  this.timeout(300_000);

  let world: ClusterWorld;
  let build: BuildAccess;

  before(async () => {
    world = await clusterWorld();
    build = await world.openBuild();
    await world.asAdministrator("get", "namespaces");
  });
  after(() => world.stop());

  const connect = (of = build) =>
    world.run(
      of,
      "aws",
      ...["eks", "update-kubeconfig", "--name", clusterName, "--region", region],
      ...["--kubeconfig", world.kubeconfig],
    );
  const kubectl = (...args: string[]): Promise<Ended> =>
    world.run(build, "kubectl", "--kubeconfig", world.kubeconfig, ...args);
  /** The bearer token that `aws eks get-token` makes. */
  const getToken = async (of = build, name = clusterName): Promise<string> => {
    const { all } = await world.run(
      of,
      "aws",
      "eks",
      "get-token",
      "--cluster-name",
      name,
      "--region",
      region,
    );
    return (JSON.parse(all) as { status: { token: string } }).status.token;
  };

  /** Address and authority of the kubeconfig that `aws eks update-kubeconfig` wrote. */
  async function cluster(): Promise<{ url: string; ca: Buffer }> {
    const config = parse(await readFile(world.kubeconfig, "utf8")) as {
      clusters: { cluster: { server: string; "certificate-authority-data": string } }[];
    };
    const { server = "", "certificate-authority-data": data = "" } = config.clusters[0]?.cluster ?? {};
    return { url: server, ca: Buffer.from(data, "base64") };
  }

  interface Asked {
    /** @default a connection of its own */
    agent?: Agent;
    timeout?: number;
    method?: string;
    headers?: Record<string, string>;
    body?: string;
  }

  /** Status and body of an answer. */
  async function ask(
    path: string,
    token: string,
    asked: Asked = {},
  ): Promise<{ code: number; body: string }> {
    const { url, ca } = await cluster();
    const { agent = false, timeout = 10_000, method = "GET", headers = {}, body } = asked;
    return new Promise((resolve, reject) => {
      const sent = request(
        url + path,
        { ca, agent, method, headers: { authorization: `Bearer ${token}`, ...headers } },
        (response) => {
          const chunks: Buffer[] = [];
          response.on("data", (chunk: Buffer) => chunks.push(chunk));
          response.on("end", () => {
            resolve({ code: response.statusCode ?? 0, body: Buffer.concat(chunks).toString() });
          });
        },
      );
      sent.on("upgrade", (response, socket) => {
        socket.destroy();
        resolve({ code: response.statusCode ?? 0, body: "" });
      });
      sent.on("error", reject);
      sent.setTimeout(timeout, () => sent.destroy(new Error("no answer")));
      sent.end(body);
    });
  }
  const whoAmI = "/apis/authentication.k8s.io/v1/selfsubjectreviews";
  const askWho = (token: string) =>
    ask(whoAmI, token, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: '{"apiVersion":"authentication.k8s.io/v1","kind":"SelfSubjectReview"}',
    });
  /** Waits until RBAC has heard of a new right. */
  const granted = async (...right: string[]) => {
    while ((await kubectl("auth", "can-i", ...right)).exitCode !== 0) await setTimeout(100);
  };
  const codeFor = async (token: string) => (await askWho(token)).code;

  it("is open with the real aws and kubectl: the role is a user with the groups of its access entry", async () => {
    const connected = await connect();
    expect(connected.exitCode, connected.all).to.equal(0);
    const { all } = await kubectl("auth", "whoami");
    expect(all).to.contain("arn:aws:sts::123456789012:assumed-role/runner/AWSCodeBuild-1");
    expect(all).to.contain("[pr-dry-run system:authenticated]");
    expect((await kubectl("get", "configmaps")).all).to.contain("Forbidden");
  });

  it("answers 401 to tokens that EKS would not take", async () => {
    const token = await getToken();
    expect(await codeFor(token)).to.equal(201);
    expect(await codeFor(`${token.slice(0, -4)}AAAA`), "tampered").to.equal(401);
    expect(await codeFor(await getToken(build, "trocco-kr-production")), "another cluster's").to.equal(401);
    expect(await codeFor("garbage")).to.equal(401);
  });

  it("takes no token past the gate, and the administrator's not through it", async () => {
    const kubeconfig = await world.aws.adminKubeconfig(region, clusterName);
    const { clusters, users } = JSON.parse(await readFile(kubeconfig, "utf8")) as {
      clusters: { cluster: { server: string } }[];
      users: { user: { token: string } }[];
    };
    const direct = clusters[0]?.cluster.server ?? "";
    const { all } = await kubectl("--server", direct, "--token", await getToken(), "auth", "whoami");
    expect(all).to.match(/Unauthorized|must be logged in/);
    expect(await codeFor(users[0]?.user.token ?? "")).to.equal(401);
  });

  it("lets streams, long lists and refused upgrades through, on connections that stay open", async () => {
    await world.asAdministrator(
      ...["create", "clusterrole", "seer", "--verb=get,list,watch", "--resource=configmaps"],
    );
    await world.asAdministrator(
      "create",
      "clusterrolebinding",
      "seer",
      "--clusterrole=seer",
      "--group=pr-dry-run",
    );
    const token = await getToken();
    await granted("list", "configmaps");
    const watched = kubectl("get", "configmaps", "--watch", "--output=name", "--request-timeout=6s");
    await setTimeout(2_000);
    await world.asAdministrator("create", "configmap", "seen-by-a-watch");
    expect((await watched).all).to.contain("configmap/seen-by-a-watch");

    const large = "x".repeat(900_000);
    await world.asAdministrator(
      "create",
      "configmap",
      "large",
      `--from-literal=text=${large.slice(0, 100_000)}`,
    );
    expect((await ask("/api/v1/namespaces/default/configmaps/large", token)).body).to.contain(
      large.slice(0, 100_000),
    );
    const tooMuch = {
      kind: "ConfigMap",
      apiVersion: "v1",
      metadata: { name: "posted" },
      data: { text: large },
    };
    const posted = await ask("/api/v1/namespaces/default/configmaps", token, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(tooMuch),
    });
    expect(posted.code, "RBAC has read it whole and said no").to.equal(403);

    const upgrade = { connection: "Upgrade", upgrade: "SPDY/3.1" };
    const exec = await ask("/api/v1/namespaces/default/pods/none/exec?command=sh", token, {
      headers: upgrade,
    });
    expect(exec.code).to.equal(403);
    await world.asAdministrator("delete", "clusterrolebinding", "seer");
  });

  it("is as wide as a dry run needs it: a thousand requests on 32 connections", async () => {
    const token = await getToken();
    const agent = new Agent({ keepAlive: true, maxSockets: 32 });
    const codes = await Promise.all(
      Array.from({ length: 1_000 }, () =>
        ask("/version", token, { agent, timeout: 60_000 }).then(({ code }) => code),
      ),
    );
    agent.destroy();
    expect(new Set(codes)).to.deep.equal(new Set([200]));
  });

  it("shows a build the gate and everybody else the name that only the VPC resolves", async () => {
    const describe = ["eks", "describe-cluster", "--name", clusterName, "--query", "cluster.endpoint"];
    const { all } = await world.run(build, "aws", ...describe);
    expect(all).to.match(/https:\/\/127\.0\.0\.1:\d+/);
    expect((await world.aws.aws(...describe)).stdout).to.contain(".eks.amazonaws.com");
  });

  it("takes no session with a wrong secret", async () => {
    const { environment } = build;
    const forged = { ...build, environment: { ...environment, AWS_SECRET_ACCESS_KEY: "guessed" } };
    const identity = ["sts", "get-caller-identity"];
    expect((await world.run(forged, "aws", ...identity)).all).to.contain("(SignatureDoesNotMatch)");
  });

  describe("with one thing taken away", () => {
    let undo: () => Promise<unknown>;
    afterEach(() => undo());

    it("hangs without the rule that lets the runner in", async () => {
      await world.clients.ec2.send(new RevokeSecurityGroupIngressCommand(world.rule));
      undo = () => world.clients.ec2.send(new AuthorizeSecurityGroupIngressCommand(world.rule));
      const answer = await ask("/version", "any", { timeout: 1_500 }).catch((error: unknown) => error);
      expect(answer).to.be.an("error").with.property("message", "no answer");
      const log = await readFile(
        `${world.aws.directory}/clusters/${region}/${clusterName}/gates.log`,
        "utf8",
      );
      expect(log).to.match(/dropped a connection: no security group of the cluster .* lets TCP 443 in/);
    });

    it("hangs where the endpoint is public and admits others", async () => {
      const endpoints = (endpointPrivateAccess: boolean, publicAccessCidrs: string[]) =>
        world.clients.eks.send(
          new UpdateClusterConfigCommand({
            name: clusterName,
            resourcesVpcConfig: {
              endpointPrivateAccess,
              endpointPublicAccess: !endpointPrivateAccess,
              publicAccessCidrs,
            },
          }),
        );
      await endpoints(false, ["198.51.100.0/24"]);
      undo = () => endpoints(true, []);
      const answer = await ask("/version", "any", { timeout: 1_500 }).catch((error: unknown) => error);
      expect(answer).to.be.an("error").with.property("message", "no answer");
    });

    it("answers 401 without the access entry", async () => {
      await world.clients.eks.send(new DeleteAccessEntryCommand(world.entry));
      undo = () => world.clients.eks.send(new CreateAccessEntryCommand(world.entry));
      expect(await codeFor(await getToken(await world.openBuild()))).to.equal(401);
      expect((await kubectl("auth", "whoami", "--token", await getToken())).all).to.match(
        /Unauthorized|logged in/,
      );
    });

    it("makes the user one of another group, with an entry in the wrong group", async () => {
      const inGroup = (kubernetesGroups: string[]) =>
        world.clients.eks.send(new UpdateAccessEntryCommand({ ...world.entry, kubernetesGroups }));
      await inGroup(["viewers"]);
      undo = () => inGroup(["pr-dry-run"]);
      const { body } = await askWho(await getToken(await world.openBuild()));
      expect(body).to.contain('"viewers"').and.not.contain("pr-dry-run");
    });

    it("finds no cluster without the permission to describe it, in AWS's words", async () => {
      const policy = { RoleName: "runner", PolicyName: "runner" };
      await world.clients.iam.send(new DeleteRolePolicyCommand(policy));
      undo = () =>
        world.clients.iam.send(new PutRolePolicyCommand({ ...policy, PolicyDocument: world.policy }));
      const { exitCode, all } = await connect();
      expect(exitCode).to.not.equal(0);
      expect(all).to.contain("(AccessDeniedException) when calling the DescribeCluster operation");
      expect(all).to.contain(
        "User: arn:aws:sts::123456789012:assumed-role/runner/AWSCodeBuild-1 is not authorized to perform: eks:DescribeCluster " +
          `on resource: arn:aws:eks:${region}:123456789012:cluster/${clusterName}`,
      );
    });

    it("is shut to a role that has been made anew: its sessions are gone, and the entry is dead", async () => {
      undo = () => Promise.resolve();
      await world.recreateRole();
      expect((await world.run(build, "aws", "sts", "get-caller-identity")).all).to.contain(
        "(InvalidClientTokenId)",
      );
      const later = await world.openBuild();
      expect((await connect(later)).exitCode).to.equal(0);
      expect(await codeFor(await getToken(later))).to.equal(401);
    });
  });

  it("may call nothing that the role's policies do not name", async () => {
    const identity = await world.run(build, "aws", "sts", "get-caller-identity", "--query", "Arn");
    expect(identity.all).to.contain("assumed-role/runner/AWSCodeBuild-1");
    const denied = await world.run(build, "aws", "ec2", "describe-vpcs");
    expect(denied.all).to.contain("(UnauthorizedOperation)").and.contain("ec2:DescribeVpcs");
    expect((await world.run(build, "aws", "iam", "list-roles")).all).to.contain("(AccessDenied)");
    const other = await world.run(build, "aws", "eks", "list-clusters");
    expect(other.all).to.contain("(AccessDeniedException)");
  });

  it("is shut when the build has ended: its credentials, its tokens and its gate are dead", async () => {
    const ended = await world.openBuild();
    const token = await getToken(ended);
    expect((await connect(ended)).exitCode).to.equal(0);
    const gate = new URL((await cluster()).url);
    await ended.close();
    await connect();
    expect(await codeFor(token)).to.equal(401);
    expect((await world.run(ended, "aws", "sts", "get-caller-identity")).all).to.contain(
      "(InvalidClientTokenId)",
    );
    const refused = await new Promise((resolve) => {
      connectTcp(Number(gate.port), "127.0.0.1").on("error", resolve).on("connect", resolve);
    });
    expect(refused).to.be.an("error").with.property("code", "ECONNREFUSED");
  });
});
