import { Project } from "@pulumi/aws/codebuild";
import { SecurityGroup } from "@pulumi/aws/ec2";
import { Role } from "@pulumi/aws/iam";
import type { PolicyResource } from "@pulumi/policy";

/**
 * The security groups and roles of a stack's runners. They are told by what a project's properties depend on: a preview
 * knows that before there are ids to compare.
 */
export function runners(resources: PolicyResource[]): PolicyResource[] {
  const projects = resources.filter((resource) => resource.isType(Project));
  return projects.flatMap((project) => [
    ...sourcesOf(project, "vpcConfig").filter((source) => source.isType(SecurityGroup)),
    ...sourcesOf(project, "serviceRole").filter((source) => source.isType(Role)),
  ]);
}

/** The resources from which a property of another takes its value. */
export function sourcesOf(resource: PolicyResource, property: string): PolicyResource[] {
  return resource.propertyDependencies[property] ?? [];
}
