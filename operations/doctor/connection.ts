import { ListSourceCredentialsCommand } from "@aws-sdk/client-codebuild";
import { GetConnectionCommand } from "@aws-sdk/client-codestar-connections";
import { judged, ok, unknown, wrong, type Check, type Fault, type Finding } from "./check";
import type { Facts } from "./facts";
import { orNothing } from "./lookup";

export const connectionChecks: Check[] = [
  {
    name: "connection",
    looksAt: ({ subject: { settings } }) => {
      const { githubCredential } = settings;
      return githubCredential.type === "default" ? "CodeBuild's GitHub credential" : githubCredential.arn;
    },
    examine: (facts) => {
      const { githubCredential } = facts.subject.settings;
      switch (githubCredential.type) {
        case "connection":
          return connection(facts, githubCredential.arn);
        case "secret":
          return Promise.resolve(secret(facts, githubCredential.arn));
        case "default":
          return defaultCredential(facts);
      }
    },
  },
];

async function connection({ subject }: Facts, arn: string): Promise<Finding> {
  const region = arn.split(":")[3] ?? "";
  const command = new GetConnectionCommand({ ConnectionArn: arn });
  const found = (await orNothing(subject.aws(region).connections.send(command)))?.Connection;
  if (!found) {
    return wrong(
      `there is no connection ${arn}`,
      `aws codeconnections list-connections --region ${region} --provider-type GitHub # then eks-dryrun-runner:connectionArn`,
    );
  }
  const faults: Fault[] = [];
  if (found.ConnectionStatus !== "AVAILABLE") {
    faults.push({
      what: `it is ${found.ConnectionStatus ?? "of no status"}, expected AVAILABLE: a person approves it in the AWS console`,
      mend: `https://${region}.console.aws.amazon.com/codesuite/settings/connections?region=${region}`,
    });
  }
  if (found.ProviderType !== "GitHub") {
    faults.push({
      what: `it leads to ${found.ProviderType ?? "nowhere"}, expected GitHub`,
      mend: `aws codeconnections list-connections --region ${region} --provider-type GitHub`,
    });
  }
  return judged(faults, "AVAILABLE");
}

/** A token is nothing that a check should hold. */
function secret({ runner }: Facts, arn: string): Finding {
  return unknown(
    "the secret is not looked at",
    `aws secretsmanager describe-secret --region ${runner.region} --secret-id ${arn}`,
  );
}

async function defaultCredential({ aws, runner }: Facts): Promise<Finding> {
  const { sourceCredentialsInfos = [] } = await aws.codeBuild.send(new ListSourceCredentialsCommand({}));
  const found = sourceCredentialsInfos.find(({ serverType }) => serverType === "GITHUB");
  return found
    ? ok(`CodeBuild has one of type ${found.authType ?? "unknown"}`)
    : wrong(
        `CodeBuild has no GitHub credential in ${runner.region}, and eks-dryrun-runner:githubDefaultCredential is set`,
        `https://${runner.region}.console.aws.amazon.com/codesuite/codebuild/settings?region=${runner.region}`,
      );
}
