import { githubIssuer, jobClaims, webIdentityTrust, type Repository } from "./identityTrust";
import { releaseActions, type ReleaseStatement } from "./releaseActions";
import { deniedOverrides } from "./startBuildOverrides";

/** What the release's role may touch. ARNs throughout. */
export interface ReleasePolicyTargets {
  /** The project that applies. */
  projectArn: string;
  /** The project's log group. */
  logGroupArn: string;
  /** Names of environment variables that whoever starts a build may set. */
  variables: string[];
}

interface Statement {
  Sid: ReleaseStatement;
  Effect: "Allow";
  Action: string[];
  Resource: string[];
  Condition?: Record<string, Record<string, string | string[]>>;
}

/** Starting builds of one project as it is, and reading how they go. */
export function releasePolicy({ projectArn, logGroupArn, variables }: ReleasePolicyTargets): {
  Version: "2012-10-17";
  Statement: Statement[];
} {
  return {
    Version: "2012-10-17",
    Statement: [
      { ...allow("StartTheOneBuild", projectArn), Condition: asTheProjectSays(variables) },
      allow("FollowTheBuild", projectArn),
      // A stream is named after its build, which has no name before.
      allow("ReadItsLog", `${logGroupArn}:log-stream:*`),
    ],
  };
}

function allow(Sid: ReleaseStatement, resource: string): Statement {
  return {
    Sid,
    Effect: "Allow",
    Action: releaseActions[Sid].map(({ action }) => action),
    Resource: [resource],
  };
}

/** `ForAllValues` holds for a request without variables too, which is meant here. */
function asTheProjectSays(variables: string[]): NonNullable<Statement["Condition"]> {
  const keys = deniedOverrides.flatMap((override) => override.keys);
  return {
    Null: Object.fromEntries(keys.map((key) => [`codebuild:${key}`, "true"])),
    "ForAllValues:StringEquals": { "codebuild:environment.environmentVariables.name": variables },
  };
}

/** A workflow file on a branch of the repository. */
export interface TrustedWorkflow {
  /** Path from the root of the repository. */
  path: string;
  branch: string;
}

/**
 * Lets jobs take the role that run in one protected environment of one repository, by the reusable workflow as it stands on
 * the branch: on a tag or another branch, both a workflow and what it applies are whatever that commit has.
 */
export function releaseTrustPolicy(
  providerArn: string,
  repository: Repository,
  environment: string,
  { path, branch }: TrustedWorkflow,
): object {
  return webIdentityTrust(providerArn, {
    ...jobClaims(repository, `environment:${environment}`),
    [`${githubIssuer}:job_workflow_ref`]: `${repository.fullName}/${path}@refs/heads/${branch}`,
  });
}
