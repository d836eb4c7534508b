import { mkdir, writeFile } from "node:fs/promises";
import { delimiter, join } from "node:path";
import { commandScript } from "../../engine/shell";
import type { Gate } from "../../clusters/gate";
import type { GatedCluster } from "../../clusters/gatedCluster";
import { judgeClusterPath } from "../../judge/clusterPath";
import { refused, type Judgement, type Snapshot } from "../../judge/snapshot";
import type { Role } from "../iam/evaluate";
import type { RoleSession, RoleSessions } from "../iam/sessions";

/** Where a build runs, and as whom. */
export interface BuildIdentity {
  /** AWS region code. */
  region: string;
  /** CodeBuild's id of the build: `<project>:<uuid>`. */
  buildId: string;
  projectArn: string;
  /** The project's service role. Whether it lets CodeBuild in has been judged before. */
  roleArn: string;
  vpcId: string;
  subnetIds: string[];
  securityGroupIds: string[];
}

/** What a build sees of AWS. */
export interface BuildAccess {
  /**
   * Variables of the build's machine: temporary credentials of its role, the address of the local AWS, and a `PATH` that
   * begins with the real `aws` command.
   */
  environment: Record<string, string>;
  /** Ends the credentials and every connection to a cluster. */
  close(): Promise<void>;
}

/**
 * Gives a build temporary credentials of its role and, for each cluster of the account, an address that leads through
 * the judged network.
 *
 * @throws Error if the role does not exist
 */
export type OpenBuild = (identity: BuildIdentity) => Promise<BuildAccess>;

/** What builds are given access with. */
export interface BuildWorld {
  sessions: RoleSessions;
  visibleRole: (arn: string) => Role | undefined;
  cluster: (region: string, name: string) => GatedCluster;
  snapshot: (region: string) => Promise<Snapshot>;
  /** URL of the local AWS. */
  address: () => string;
  /** Folder that holds the `aws` command and nothing else. */
  bin: string;
}

interface Build {
  identity: BuildIdentity;
  /** By region and name of the cluster; opened when the build first asks where it is. */
  gates: Map<string, Promise<Gate>>;
}

/** What DescribeCluster shows a build instead of a name that only its VPC would resolve. */
export interface ClusterAddress {
  endpoint: string;
  certificateAuthority: { data: string };
}

/** The builds that run now. */
export class RunningBuilds {
  private readonly builds = new Map<string, Build>();

  constructor(private readonly world: BuildWorld) {}

  /** See {@link OpenBuild}. */
  async open(identity: BuildIdentity): Promise<BuildAccess> {
    const { sessions, visibleRole } = this.world;
    const role = visibleRole(identity.roleArn);
    if (!role) throw new Error(`There is no role ${identity.roleArn}.`);
    const uuid = identity.buildId.split(":").at(-1) ?? identity.buildId;
    const session = await sessions.begin(role, `AWSCodeBuild-${uuid}`);
    const build: Build = { identity, gates: new Map() };
    this.builds.set(session.accessKeyId, build);
    return {
      environment: this.environment(session, identity.region),
      close: async () => {
        sessions.end(session);
        this.builds.delete(session.accessKeyId);
        await Promise.all([...build.gates.values()].map(async (gate) => (await gate).close()));
      },
    };
  }

  /** @returns undefined for a session that is no build's */
  async clusterAddress(
    session: RoleSession,
    region: string,
    name: string,
  ): Promise<ClusterAddress | undefined> {
    const build = this.builds.get(session.accessKeyId);
    if (!build) return undefined;
    const cluster = this.world.cluster(region, name);
    const key = `${region}/${name}`;
    const gate = build.gates.get(key) ?? cluster.openGate(() => this.judge(build.identity, region, name));
    build.gates.set(key, gate);
    cluster.warmUp();
    const authority = Buffer.from(await cluster.authorityCertificate());
    return { endpoint: (await gate).url, certificateAuthority: { data: authority.toString("base64") } };
  }

  private async judge(identity: BuildIdentity, region: string, name: string): Promise<Judgement> {
    if (identity.region !== region)
      return refused(`the build is in ${identity.region}, the cluster ${name} in ${region}`);
    return judgeClusterPath(await this.world.snapshot(region), identity, name);
  }

  private environment(session: RoleSession, region: string): Record<string, string> {
    return {
      AWS_ACCESS_KEY_ID: session.accessKeyId,
      AWS_SECRET_ACCESS_KEY: session.secretAccessKey,
      AWS_SESSION_TOKEN: session.sessionToken,
      // The aws command reads one of the two, the SDKs the other.
      AWS_REGION: region,
      AWS_DEFAULT_REGION: region,
      AWS_ENDPOINT_URL: this.world.address(),
      // Profiles, roles and endpoints of the person's own files would lead to the real AWS.
      AWS_CONFIG_FILE: "/dev/null",
      AWS_SHARED_CREDENTIALS_FILE: "/dev/null",
      AWS_EC2_METADATA_DISABLED: "true",
      AWS_PAGER: "",
      PATH: [this.world.bin, process.env.PATH ?? ""].join(delimiter),
    };
  }
}

/** Makes a folder with a command `aws` that runs the real one: beside that lie a Python and commands of moto. */
export async function awsCommandFolder(folder: string, aws: string): Promise<string> {
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, "aws"), commandScript(aws), { mode: 0o755 });
  return folder;
}
