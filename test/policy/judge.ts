import type {
  Policies,
  PolicyResource,
  ResourceValidationPolicy,
  StackValidationPolicy,
} from "@pulumi/policy";
import { requestFor, type Registered } from "../pulumiMocks";
import { up } from "../stacks/up";

/** A resource of a stack, as a policy pack is told of it. */
export interface StackResource {
  type: string;
  name: string;
  props: Record<string, unknown>;
  /** From which resources properties take their values: `type name` each. */
  sources: Record<string, string[]>;
}

/** A sentence of a rule about a resource. */
export interface Violation {
  rule: string;
  resource: string;
  message: string;
}

/** All that a run of the program registers for a stack. */
export async function resourcesOf(
  stack: string,
  config: Record<string, string | undefined> = {},
): Promise<StackResource[]> {
  const { registered, error } = await up(stack, { config });
  if (error) throw error;
  return resourcesIn(registered);
}

/** What the latest run registered. */
export function resourcesIn(registered: Registered[]): StackResource[] {
  return registered.map((one) => {
    const { propertyDependencies } = requestFor(one);
    const sources = Object.entries(propertyDependencies).map(([property, urns]) => [
      property,
      urns.map(ofUrn),
    ]);
    const { type, name, inputs } = one;
    return { type, name, props: inputs, sources: Object.fromEntries(sources) as Record<string, string[]> };
  });
}

/** `type name` of a resource by its URN. */
function ofUrn(urn: string): string {
  const [, , types = "", name = ""] = urn.split("::");
  return `${types.split("$").at(-1) ?? ""} ${name}`;
}

const urnOf = ({ type, name }: StackResource) => `urn:pulumi:stack::eks-dryrun-runner::${type}::${name}`;

/** What policies say of the resources of a stack, as the engine would ask them. */
export async function judge(policies: Policies, resources: StackResource[]): Promise<Violation[]> {
  const violations: Violation[] = [];
  for (const policy of policies) {
    if ("validateStack" in policy) await judgeStack(policy, resources, violations);
    else for (const resource of resources) await judgeResource(policy, resource, violations);
  }
  return violations;
}

/** Thrown where a rule has nothing to look at, as the library does. */
class NotApplicable extends Error {}

function notApplicable(): never {
  throw new NotApplicable();
}

async function judgeResource(
  policy: ResourceValidationPolicy,
  resource: StackResource,
  violations: Violation[],
): Promise<void> {
  const { type, name, props } = resource;
  for (const validate of [policy.validateResource ?? []].flat()) {
    const isType = (one: unknown) => typeOf(one) === type;
    const args = { type, name, props, urn: urnOf(resource), isType, notApplicable };
    try {
      await validate(args as unknown as Parameters<typeof validate>[0], (message) => {
        violations.push({ rule: policy.name, resource: `${type} ${name}`, message });
      });
    } catch (error) {
      if (!(error instanceof NotApplicable)) throw error;
    }
  }
}

async function judgeStack(
  policy: StackValidationPolicy,
  resources: StackResource[],
  violations: Violation[],
): Promise<void> {
  const seen = new Map(resources.map((one) => [`${one.type} ${one.name}`, policyResource(one)]));
  for (const one of resources) {
    const resource = seen.get(`${one.type} ${one.name}`);
    for (const [property, sources] of Object.entries(one.sources)) {
      resource!.propertyDependencies[property] = sources.flatMap((source) => seen.get(source) ?? []);
    }
  }
  const args = { resources: [...seen.values()], stackTags: new Map(), getConfig: () => ({}), notApplicable };
  await policy.validateStack(
    args as unknown as Parameters<typeof policy.validateStack>[0],
    (message, urn = "") => {
      violations.push({ rule: policy.name, resource: ofUrn(urn), message });
    },
  );
}

function policyResource(resource: StackResource): PolicyResource {
  const { type, name, props } = resource;
  const isType = (one: unknown) => typeOf(one) === type;
  const urn = urnOf(resource);
  return { type, name, props, urn, isType, propertyDependencies: {} } as unknown as PolicyResource;
}

/** A resource class knows its own type. */
function typeOf(resourceClass: unknown): string {
  return (resourceClass as { __pulumiType: string }).__pulumiType;
}
