import { CloudWatchLogsClient } from "@aws-sdk/client-cloudwatch-logs";
import { CodeBuildClient } from "@aws-sdk/client-codebuild";
import { CodeStarConnectionsClient } from "@aws-sdk/client-codestar-connections";
import { EC2Client, type EC2ClientConfig } from "@aws-sdk/client-ec2";
import { EKSClient } from "@aws-sdk/client-eks";
import { IAMClient } from "@aws-sdk/client-iam";
import { ServiceQuotasClient } from "@aws-sdk/client-service-quotas";
import { STSClient } from "@aws-sdk/client-sts";
import { isNotFound, refusedLookup } from "./lookup";

/** Clients of the services that are looked at, in one region. */
export interface AwsClients {
  codeBuild: CodeBuildClient;
  connections: CodeStarConnectionsClient;
  ec2: EC2Client;
  eks: EKSClient;
  iam: IAMClient;
  logs: CloudWatchLogsClient;
  serviceQuotas: ServiceQuotasClient;
  sts: STSClient;
}

/** What the clients of all services have in common. */
export type AwsClientConfig = Pick<EC2ClientConfig, "region" | "endpoint" | "credentials" | "requestHandler">;

/**
 * Clients that look: each error but "not found" says what could not be looked at and which permission that takes.
 * The connection is asked for under the service's old name, which takes both kinds of ARN.
 */
export function awsClients(config: AwsClientConfig): AwsClients {
  return {
    codeBuild: explaining("codebuild", new CodeBuildClient(config)),
    connections: explaining("codestar-connections", new CodeStarConnectionsClient(config)),
    ec2: explaining("ec2", new EC2Client(config)),
    eks: explaining("eks", new EKSClient(config)),
    iam: explaining("iam", new IAMClient(config)),
    logs: explaining("logs", new CloudWatchLogsClient(config)),
    serviceQuotas: explaining("servicequotas", new ServiceQuotasClient(config)),
    sts: explaining("sts", new STSClient(config)),
  };
}

function explaining<T extends { middlewareStack: object }>(service: string, client: T): T {
  // All clients have the same stack, each with types of its own.
  const { middlewareStack } = client as unknown as EC2Client;
  middlewareStack.add(
    (next, { commandName = "" }) =>
      (args) =>
        next(args).catch((error: unknown) => {
          if (isNotFound(error)) throw error;
          throw refusedLookup(`${service}:${commandName.replace(/Command$/, "")}`, error);
        }),
    { step: "initialize", priority: "high" },
  );
  return client;
}
