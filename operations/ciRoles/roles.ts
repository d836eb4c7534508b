import { updatePolicy, type PolicyDocument } from "../../deployments/permissions/policies";
import { stateStatements, type StateBucket } from "../../deployments/permissions/stateInS3";
import { githubIssuer, type Repository } from "../../components/identityTrust";
import { environmentTrustPolicy, program } from "../../deployments/trust";
import type { EnvironmentWithRunner } from "../../stacks/environments";

/** What the roles are made for. */
export interface CiRolesOptions {
  accountId: string;
  repository: Repository;
  state: StateBucket;
  /** The stacks' connection to GitHub. @default they have none */
  connectionArn?: string;
  /** The boundary that the stacks' own roles must have. @default none is demanded */
  permissionsBoundaryArn?: string;
  /** Stacks with `apply: enabled`. @default none */
  stacksWithReleases?: string[];
}

/** The update role of a stack whose updates run in GitHub Actions. */
export interface CiRole {
  /** Name of the role. */
  name: string;
  trustPolicy: object;
  policy: PolicyDocument;
}

/** The role that jobs in the environment of a stack's name may take: it updates that stack, and keeps its state in S3. */
export function ciRole({ name, runner }: EnvironmentWithRunner, options: CiRolesOptions): CiRole {
  const {
    accountId,
    repository,
    state,
    connectionArn,
    permissionsBoundaryArn,
    stacksWithReleases = [],
  } = options;
  const providerArn = `arn:aws:iam::${accountId}:oidc-provider/${githubIssuer}`;
  const policy = updatePolicy({
    stack: name,
    accountId,
    region: runner.region,
    projectName: runner.projectName,
    clusterName: runner.clusterName,
    appliesReleases: stacksWithReleases.includes(name),
    ...(connectionArn === undefined ? {} : { connectionArn }),
    ...(permissionsBoundaryArn === undefined ? {} : { permissionsBoundaryArn }),
  });
  return {
    name: `${program}-update-${name}`,
    trustPolicy: environmentTrustPolicy(providerArn, repository, name),
    policy: { ...policy, Statement: [...policy.Statement, ...stateStatements(program, name, state)] },
  };
}

/** The commands that make a role, as a person with a shell would write them. */
export function awsCommands({ name, trustPolicy, policy }: CiRole): string {
  return [
    `aws iam create-role --role-name ${name} --assume-role-policy-document '${JSON.stringify(trustPolicy)}'`,
    `aws iam put-role-policy --role-name ${name} --policy-name update --policy-document '${JSON.stringify(policy)}'`,
  ].join("\n");
}
