import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { PolicyDocument } from "./permissions/policies";

/** Arguments of {@link AssumedRole}. */
export interface AssumedRoleArgs {
  /** What the role is for, in a sentence. */
  description: string;
  /** Who may take it, by a token. */
  trustPolicy: pulumi.Input<object>;
  /** What it may do. */
  policy: PolicyDocument;
  /** ARN of a policy that bounds it. @default none */
  permissionsBoundaryArn?: string;
  tags: Record<string, string>;
}

/** A role that is taken with a token of an identity provider: no key of it exists anywhere. */
export class AssumedRole extends pulumi.ComponentResource {
  public readonly arn: pulumi.Output<string>;

  constructor(name: string, args: AssumedRoleArgs, opts?: pulumi.ComponentResourceOptions) {
    super("eks-dryrun-runner:index:AssumedRole", name, {}, opts);
    const role = new aws.iam.Role(
      name,
      {
        description: args.description,
        assumeRolePolicy: pulumi.jsonStringify(args.trustPolicy),
        ...(args.permissionsBoundaryArn === undefined
          ? {}
          : { permissionsBoundary: args.permissionsBoundaryArn }),
        tags: args.tags,
      },
      { parent: this },
    );
    const policy = new aws.iam.RolePolicy(
      name,
      { role: role.name, policy: JSON.stringify(args.policy) },
      { parent: this },
    );
    // A role without its policy is of no use to anybody.
    this.arn = pulumi.all([role.arn, policy.id]).apply(([arn]) => arn);
    this.registerOutputs({ arn: this.arn });
  }
}
