import * as pulumi from "@pulumi/pulumi";
import { afterEach } from "mocha";
import { createRequire } from "node:module";

/** A registered resource as the engine would have got it. */
export interface Registered {
  type: string;
  name: string;
  /** Inputs, with secrets unwrapped by nobody: none are expected. */
  inputs: Record<string, unknown>;
  provider?: string;
}

/** What the program asked of the engine for a resource, beside its inputs. */
export interface Requested {
  deleteBeforeReplace: boolean;
  /** URNs of what it waits for. */
  dependsOn: string[];
  /** URNs of what each property takes its value from. */
  propertyDependencies: Record<string, string[]>;
  /** Names of the error hooks that are asked when an operation on it fails. */
  errorHooks: string[];
  hasReplacementTrigger: boolean;
  /** Id of what is taken over instead of being made. */
  importId: string;
  retainOnDelete: boolean;
  ignoreChanges: string[];
  protect: boolean;
}

interface RegisterResourceRequest {
  getName(): string;
  getType(): string;
  getDeletebeforereplace(): boolean;
  getDependenciesList(): string[];
  getPropertydependenciesMap(): {
    forEach(each: (dependencies: { getUrnsList(): string[] }, property: string) => void): void;
  };
  getHooks(): { getOnErrorList(): string[] } | undefined;
  hasReplacementTrigger(): boolean;
  getImportid(): string;
  getRetainondelete(): boolean;
  getIgnorechangesList(): string[];
  getProtect(): boolean;
}

interface MockMonitor {
  registerResource(request: RegisterResourceRequest, callback: unknown): unknown;
  getRegisteredResources(): Map<string, unknown>;
}

const getMonitor = () => (pulumi.runtime as unknown as { getMonitor(): MockMonitor }).getMonitor();
const requests = new Map<string, Requested>();

/** What a stand-in world answers. */
export interface MockWorld {
  /** Functions by token: their results, or a function of the arguments that gives them or throws. */
  functions: Record<string, (args: Record<string, string>) => Record<string, unknown>>;
  /** Outputs of other stacks by full name. A stack that is not here was never initialised. */
  stackOutputs?: Record<string, Record<string, unknown>>;
  /** What is otherwise of a resource that is read by its id than it was made, by its type. */
  changedByHand?: Record<string, Record<string, unknown>>;
}

/** Resource types of the program, with what their providers compute. Anything else is an error of the test. */
const computed: Record<string, (name: string) => Record<string, unknown>> = {
  "aws:ec2/subnet:Subnet": (name) => ({ arn: `arn:aws:ec2:r:123456789012:subnet/${name}` }),
  "aws:ec2/vpc:Vpc": () => ({}),
  "aws:ec2/internetGateway:InternetGateway": () => ({}),
  "aws:ec2/eip:Eip": (name) => ({ allocationId: `eipalloc-${name}` }),
  "aws:ec2/natGateway:NatGateway": () => ({}),
  "aws:ec2/networkAcl:NetworkAcl": () => ({}),
  "aws:ec2/routeTable:RouteTable": () => ({}),
  "aws:ec2/route:Route": () => ({}),
  "aws:ec2/routeTableAssociation:RouteTableAssociation": () => ({}),
  "aws:ec2/securityGroup:SecurityGroup": (name) => ({
    arn: `arn:aws:ec2:r:123456789012:security-group/${name}`,
  }),
  "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule": () => ({}),
  "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule": () => ({}),
  "aws:cloudwatch/logGroup:LogGroup": (name) => ({ arn: `arn:aws:logs:r:123456789012:log-group:${name}` }),
  "aws:iam/role:Role": (name) => ({
    name: `${name}-1a2b3c4`,
    arn: `arn:aws:iam::123456789012:role/${name}-1a2b3c4`,
    uniqueId: `AROA${name}`,
  }),
  "aws:iam/rolePolicy:RolePolicy": () => ({}),
  "aws:codebuild/project:Project": (name) => ({ arn: `arn:aws:codebuild:r:123456789012:project/${name}` }),
  "aws:codebuild/webhook:Webhook": () => ({}),
  "aws:eks/accessEntry:AccessEntry": () => ({}),
  // A component of a provider's: its children are its provider's affair.
  "eks:index:Cluster": (name) => ({
    eksCluster: {
      name: `the cluster ${name}`,
      arn: `arn:aws:eks:r:123456789012:cluster/${name}`,
      vpcConfig: { clusterSecurityGroupId: `sg-of-eks-${name}` },
    },
    clusterSecurityGroupId: `sg-of-component-${name}`,
  }),
  "aws:iam/openIdConnectProvider:OpenIdConnectProvider": (name) => ({
    arn: `arn:aws:iam::123456789012:oidc-provider/${name}`,
  }),
  "pulumiservice:index:DeploymentSettings": () => ({}),
  "pulumiservice:index:DriftSchedule": () => ({ scheduleId: "1" }),
  "pulumiservice:index:Webhook": () => ({}),
  "github:index/repositoryFile:RepositoryFile": (name) => ({ commitSha: `commit of ${name}` }),
  "github:index/branch:Branch": () => ({}),
  "github:index/repositoryPullRequest:RepositoryPullRequest": () => ({ number: 7 }),
  "github:index/repositoryRuleset:RepositoryRuleset": () => ({}),
  "github:index/repositoryEnvironment:RepositoryEnvironment": () => ({}),
  "github:index/repositoryEnvironmentDeploymentPolicy:RepositoryEnvironmentDeploymentPolicy": () => ({}),
  "pulumi:providers:github": () => ({}),
};

/** What the mocks did not know. A throwing mock proves nothing: the program hangs or passes; so this is looked at. */
export const unknownToMocks: string[] = [];

afterEach(() => {
  const unknown = unknownToMocks.splice(0);
  if (unknown.length > 0) throw new Error(`The mocks do not know ${unknown.join(", ")}`);
});

/** Installs mocks for one stack and gives the list that fills with what is registered. */
export async function mockStack(stack: string, world: MockWorld): Promise<Registered[]> {
  const registered: Registered[] = [];
  await pulumi.runtime.setMocks(
    {
      newResource: (args) => {
        if (args.type === "pulumi:pulumi:StackReference") return stackReference(args, world);
        const made = registered.find(({ type, name }) => type === args.type && `${name}-id` === args.id);
        if (made)
          return { id: `${made.name}-id`, state: { ...made.inputs, ...world.changedByHand?.[made.type] } };
        registered.push({
          type: args.type,
          name: args.name,
          inputs: args.inputs as Record<string, unknown>,
          ...(args.provider === undefined ? {} : { provider: args.provider }),
        });
        const outputs = computed[args.type];
        if (!outputs && args.custom !== false) unknownToMocks.push(`resource type ${args.type}`);
        return { id: `${args.name}-id`, state: { ...outputs?.(args.name), ...(args.inputs as object) } };
      },
      call: (args) => {
        if (args.token === "pulumi:pulumi:readStackOutputs") {
          const { name } = args.inputs as { name: string };
          return { outputs: world.stackOutputs?.[name] ?? {} };
        }
        const answer = world.functions[args.token];
        if (!answer) {
          unknownToMocks.push(`function ${args.token}`);
          return {};
        }
        return answer(args.inputs as Record<string, string>);
      },
    },
    "eks-dryrun-runner",
    stack,
    false,
    "organization",
  );
  recordRequests();
  acceptErrorHooks();
  return registered;
}

/** What the program asked of the engine for the resource of a type and name. */
export function requestFor({ type, name }: Registered): Requested {
  const request = requests.get(`${type} ${name}`);
  if (!request) throw new Error(`${type} ${name} was not registered`);
  return request;
}

function recordRequests(): void {
  requests.clear();
  const monitor = getMonitor();
  const registerResource = monitor.registerResource.bind(monitor);
  monitor.registerResource = (request, callback) => {
    requests.set(`${request.getType()} ${request.getName()}`, {
      deleteBeforeReplace: request.getDeletebeforereplace(),
      dependsOn: request.getDependenciesList(),
      propertyDependencies: propertyDependencies(request),
      errorHooks: request.getHooks()?.getOnErrorList() ?? [],
      hasReplacementTrigger: request.hasReplacementTrigger(),
      importId: request.getImportid(),
      retainOnDelete: request.getRetainondelete(),
      ignoreChanges: request.getIgnorechangesList(),
      protect: request.getProtect(),
    });
    return registerResource(request, callback);
  };
}

function propertyDependencies(request: RegisterResourceRequest): Record<string, string[]> {
  const urns: Record<string, string[]> = {};
  request.getPropertydependenciesMap().forEach((dependencies, property) => {
    urns[property] = dependencies.getUrnsList();
  });
  return urns;
}

/** The mock monitor of the SDK has no error hooks: registering one would never end. Mocks never call one either. */
function acceptErrorHooks(): void {
  const state = createRequire(__filename)("@pulumi/pulumi/runtime/state") as {
    getStore(): { callbacks: unknown };
  };
  state.getStore().callbacks = {
    registerErrorHook: () => Promise.resolve(),
    awaitStackRegistrations: () => Promise.resolve(),
    shutdown: () => undefined,
  };
}

function stackReference({ inputs }: pulumi.runtime.MockResourceArgs, world: MockWorld) {
  const { name } = inputs as { name: string };
  const outputs = world.stackOutputs?.[name];
  if (!outputs) unknownToMocks.push(`stack ${name}`);
  return { id: name, state: { name, outputs: outputs ?? {}, secretOutputNames: [] } };
}

/** Waits for all that is being registered, with or without something that awaits it. */
export async function settled(): Promise<void> {
  await (pulumi.runtime as unknown as { waitForRPCs(): Promise<void> }).waitForRPCs();
}

/** The one registered resource of a type (and name). */
export function only(registered: Registered[], type: string, name?: string): Registered {
  const found = registered.filter((one) => one.type === type && (name === undefined || one.name === name));
  const [resource] = found;
  if (!resource || found.length > 1)
    throw new Error(`${String(found.length)} resources of type ${type}, expected 1`);
  return resource;
}

/** All registered names of a type. */
export function namesOf(registered: Registered[], type: string): string[] {
  return registered.filter((one) => one.type === type).map(({ name }) => name);
}

/** URNs of all that was registered, which tell parents: `...::<parent types>$<type>::<name>`. */
export function registeredUrns(): string[] {
  return [...getMonitor().getRegisteredResources().keys()];
}
