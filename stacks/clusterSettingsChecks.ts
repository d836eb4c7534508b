import { clusterVpcSubnets } from "../components/clusterVpcSubnets";
import { contains, overlap, partOf } from "../components/ipv4Ranges";
import { configSetCommand, removeCommand, shellQuoted, shown, type Problem } from "./problems";
import type { SettingsSource, SettingValues } from "./settings";
import type { SettingName } from "./settingsTable";

const key = (name: SettingName, path = "") => `eks-dryrun-runner:${name}${path}`;

/** Settings that mean something with `cluster: create` only. */
const onlyWithCreate = ["clusterSubnetIds", "clusterVpcCidrBlock"] as const;

/** What is wrong between the settings of a cluster that the stack makes. */
export function createdClusterProblems(source: SettingsSource, values: Partial<SettingValues>): Problem[] {
  const { stack, config } = source;
  if (values.cluster === undefined) return [];
  const present = onlyWithCreate.filter((name) => config[key(name)] !== undefined);
  if (values.cluster === "existing") {
    return present.map((name) => ({
      key: key(name),
      wrong: "is set, but cluster is existing",
      expected: "cluster create, or no such key: an existing cluster has its VPC",
      command: `${configSetCommand(stack, key("cluster"), "create")}, or ${removeCommand(stack, key(name))}`,
    }));
  }
  if (present.length === onlyWithCreate.length) {
    return [
      {
        key: key("clusterVpcCidrBlock"),
        wrong: "is set beside clusterSubnetIds",
        expected: "at most one of the two: the cluster's VPC is there, or it is made",
        command: removeCommand(stack, key("clusterVpcCidrBlock")),
      },
    ];
  }
  return present.includes("clusterSubnetIds") ? [] : newVpcProblems(stack, values);
}

function newVpcProblems(stack: string, values: Partial<SettingValues>): Problem[] {
  const { clusterVpcCidrBlock: vpc, runnerSubnets = [] } = values;
  if (vpc === undefined) return [];
  const { controlPlaneSubnets, natSubnet } = clusterVpcSubnets(vpc, ["", ""]);
  const taken = [...controlPlaneSubnets, natSubnet].map(({ cidrBlock }) => cidrBlock);
  return runnerSubnets.flatMap((subnet, index) => {
    const place = key("runnerSubnets", `[${String(index)}]`);
    return [
      ...rangeProblems(subnet.cidrBlock, vpc, taken).map((problem) => ({
        key: `${place}.cidrBlock`,
        ...problem,
        command: configSetCommand(stack, `${place}.cidrBlock`, freeRange(vpc, index)),
      })),
      ...wayOutProblems(stack, place, subnet),
    ];
  });
}

function rangeProblems(range: string, vpc: string, taken: string[]): Pick<Problem, "wrong" | "expected">[] {
  const overlapping = taken.find((other) => overlap(other, range));
  if (contains(vpc, range) && overlapping === undefined) return [];
  return [
    {
      wrong:
        overlapping === undefined
          ? `is ${shown(range)}, outside of ${vpc}, the range of the VPC that is made for the cluster`
          : `is ${shown(range)} and overlaps ${overlapping}, which is for the cluster's control plane or NAT gateway`,
      expected: "a range in clusterVpcCidrBlock, behind its first 96 addresses",
    },
  ];
}

/** One of the ten parts of 16 addresses that even the smallest VPC has left. */
function freeRange(vpc: string, index: number): string {
  return partOf(vpc, 28, 6 + (index % 10));
}

/** What is named cannot be in a VPC that is not there yet. */
function wayOutProblems(
  stack: string,
  place: string,
  subnet: SettingValues["runnerSubnets"][number],
): Problem[] {
  return (["natGatewayId", "routeTableId"] as const)
    .filter((name) => subnet[name] !== undefined)
    .map((name) => ({
      key: `${place}.${name}`,
      wrong: "is set, but the VPC is made for the cluster, with a NAT gateway of its own",
      expected: `no ${name}, or clusterSubnetIds`,
      command: `pulumi config rm --path ${shellQuoted(`${place}.${name}`)} --stack ${stack}`,
    }));
}
