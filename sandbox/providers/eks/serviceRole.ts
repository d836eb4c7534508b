import * as pulumi from "@pulumi/pulumi";
import { createHash } from "node:crypto";
import { awsVersion } from "./versions";

/** A resource of the AWS provider, with the outputs that the component reads. */
export class AwsResource extends pulumi.CustomResource {
  declare readonly arn: pulumi.Output<string>;

  constructor(type: string, name: string, inputs: pulumi.Inputs, opts: pulumi.CustomResourceOptions) {
    super(type, name, { ...inputs, arn: undefined }, { ...opts, version: awsVersion });
  }
}

/**
 * The role that EKS itself works with: a component of the component's
 * (pulumi/pulumi-eks:nodejs/eks/servicerole.ts, v4.3.0).
 */
export class ServiceRole extends pulumi.ComponentResource {
  /** Known once all policies are attached. */
  readonly arn: pulumi.Output<string>;

  constructor(name: string, tags: pulumi.Input<unknown>, opts: pulumi.ComponentResourceOptions) {
    super("eks:index:ServiceRole", name, {}, opts);
    const assumeRolePolicy = JSON.stringify({
      Version: "2012-10-17",
      Statement: [
        {
          Action: ["sts:AssumeRole", "sts:TagSession"],
          Effect: "Allow",
          Principal: { Service: ["eks.amazonaws.com"] },
        },
      ],
    });
    const role = new AwsResource(
      "aws:iam/role:Role",
      `${name}-role`,
      { description: "Allows EKS to manage clusters on your behalf.", assumeRolePolicy, tags },
      { parent: this },
    );
    const policyArn = "arn:aws:iam::aws:policy/AmazonEKSClusterPolicy";
    const hash = createHash("sha1").update(policyArn).digest("hex").slice(0, 8);
    const attachment = new AwsResource(
      "aws:iam/rolePolicyAttachment:RolePolicyAttachment",
      `${name}-${hash}`,
      { role: role.id, policyArn },
      { parent: this },
    );
    this.arn = pulumi.all([role.arn, attachment.id]).apply(([arn]) => arn);
    this.registerOutputs({});
  }
}
