import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { CreatePolicyCommand } from "@aws-sdk/client-iam";
import { DescribeNatGatewaysCommand, DescribeRouteTablesCommand } from "@aws-sdk/client-ec2";
import { parse, stringify } from "yaml";
import { githubApp } from "../../sandbox/environment";
import { accountId } from "../../sandbox/world";
import { clients } from "../sandbox/aws/localAws";
import { regionOf, succeeded } from "../sandbox/deployedWorld";
import type { World } from "./world";

/** A command on a stack, from a world that is kept. */
export interface Scenario {
  name: string;
  stack: string;
  /** Name of the kept world that it begins with. */
  from: string;
  command: "up" | "destroy";
  /** Whose operations are spoiled in it. */
  service: "aws" | "github";
  /** What a person changes before. */
  change?: (world: World) => Promise<void>;
}

const aws = "kr-production";
const home = "ja-production";
const onHome = { stack: home, service: "github" } as const;
/** A home stack with an open pull request. */
const proposed = "home with a pull request";

/**
 * AWS is spoiled where no file is committed, and GitHub where AWS is deployed already: each case does little else than
 * what it is about.
 */
export const scenarios: Scenario[] = [
  { name: "up", stack: aws, from: "nothing", command: "up", service: "aws" },
  { name: "up with changes", stack: aws, from: aws, command: "up", service: "aws", change: changeEverything },
  { name: "destroy", stack: aws, from: aws, command: "destroy", service: "aws" },
  { name: "up", ...onHome, from: "home without files", command: "up" },
  { name: "up with changes", ...onHome, from: home, command: "up", change: changeFiles },
  { name: "destroy", ...onHome, from: home, command: "destroy" },
  { name: "up by pull request", ...onHome, from: home, command: "up", change: changeDelivery },
  { name: "destroy of it", ...onHome, from: proposed, command: "destroy" },
];

/** Arguments of Pulumi for a command that a person types. */
export const unasked = ["--yes", "--skip-preview"];

const boundary = `arn:aws:iam::${accountId}:policy/boundary`;

/** Makes the worlds that scenarios begin with. */
export async function keepWorlds([first, ...others]: World[]): Promise<void> {
  if (!first) return;
  await first.start();
  // The provider's own setting, in place of its 25 tries with pauses of up to 20 seconds.
  for (const stack of [aws, home]) await settings(first, stack, { "aws:maxRetries": "3" });
  await clients(first.endpoint()).iam.send(new CreatePolicyCommand(boundaryPolicy));
  await first.keep("nothing");
  await Promise.all([keepAws(first), ...others.slice(0, 1).map(keepHome)]);
  if (others.length === 0) await keepHome(first);
}

async function keepAws(world: World): Promise<void> {
  await world.restore("nothing");
  succeeded(await world.pulumi(aws, "up", ...unasked));
  await world.keep(aws);
}

async function keepHome(world: World): Promise<void> {
  await world.restore("nothing");
  const files = "**github:index/repositoryFile:RepositoryFile**";
  succeeded(await world.pulumi(home, "up", ...unasked, "--exclude", files));
  await settings(world, home, {
    "eks-dryrun-runner:requiredCheck": true,
    "eks-dryrun-runner:githubAppId": githubApp.id,
  });
  await world.keep("home without files");
  succeeded(await world.pulumi(home, "up", ...unasked));
  await world.keep(home);
  await changeDelivery(world);
  succeeded(await world.pulumi(home, "up", ...unasked));
  await world.keep(proposed);
}

const boundaryPolicy = {
  PolicyName: "boundary",
  PolicyDocument: JSON.stringify({
    Version: "2012-10-17",
    Statement: [{ Effect: "Allow", Action: "*", Resource: "*" }],
  }),
};

/** Every resource of a region that can change does: tags, settings, another range, other ways out. */
async function changeEverything(world: World): Promise<void> {
  const { ec2 } = clients(world.endpoint(), regionOf[aws]);
  const { NatGateways = [] } = await ec2.send(new DescribeNatGatewaysCommand({}));
  const inZone = (zone: string) =>
    NatGateways.find(({ Tags = [] }) => Tags.some(({ Value = "" }) => Value.endsWith(zone)))?.NatGatewayId;
  const { RouteTables = [] } = await ec2.send(new DescribeRouteTablesCommand({}));
  const behindNat = RouteTables.find(
    ({ Routes = [], Tags = [] }) =>
      Routes.some(({ NatGatewayId }) => NatGatewayId !== undefined) &&
      !Tags.some(({ Key }) => Key === "pulumi:project"),
  );
  await settings(world, aws, {
    "eks-dryrun-runner:logRetentionDays": "60",
    "eks-dryrun-runner:buildTimeoutMinutes": "45",
    "eks-dryrun-runner:githubActorIds": [1234567],
    "eks-dryrun-runner:permissionsBoundaryArn": boundary,
    "eks-dryrun-runner:tags": { owner: "platform" },
    "eks-dryrun-runner:runnerSubnets": [
      { availabilityZone: "ap-northeast-2a", cidrBlock: "10.20.96.64/27", natGatewayId: inZone("c") },
      {
        availabilityZone: "ap-northeast-2c",
        cidrBlock: "10.20.96.32/27",
        routeTableId: behindNat?.RouteTableId,
      },
    ],
  });
}

const guardedKinds = { "eks-dryrun-runner:guardedKinds": ["deployments.apps", "configmaps"] };

function changeFiles(world: World): Promise<void> {
  return settings(world, home, guardedKinds);
}

/** The files are to change, and people are to merge that from here on: nobody is let by any more. */
function changeDelivery(world: World): Promise<void> {
  return settings(world, home, {
    ...guardedKinds,
    "eks-dryrun-runner:delivery": "pullRequest",
    "eks-dryrun-runner:githubAppId": undefined,
  });
}

/** Writes into a stack's file, as `pulumi config set` does. */
async function settings(world: World, stack: string, values: Record<string, unknown>): Promise<void> {
  const file = join(world.folder.project().folder, `Pulumi.${stack}.yaml`);
  const document = parse(await readFile(file, "utf8")) as { config: Record<string, unknown> };
  Object.assign(document.config, values);
  await writeFile(file, stringify(document));
}
