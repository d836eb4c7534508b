import { CloudWatchLogsClient } from "@aws-sdk/client-cloudwatch-logs";
import { CodeBuildClient } from "@aws-sdk/client-codebuild";
import { CodeStarConnectionsClient } from "@aws-sdk/client-codestar-connections";
import { EC2Client } from "@aws-sdk/client-ec2";
import { EKSClient } from "@aws-sdk/client-eks";
import { IAMClient } from "@aws-sdk/client-iam";
import { STSClient } from "@aws-sdk/client-sts";

/** The services of one region. Endpoint and credentials come from the standard environment. */
export interface Clients {
  ec2: EC2Client;
  iam: IAMClient;
  logs: CloudWatchLogsClient;
  codebuild: CodeBuildClient;
  connections: CodeStarConnectionsClient;
  eks: EKSClient;
  sts: STSClient;
}

/** An AWS error in the words of the real provider's SDK, with AWS's own error code. */
export class AwsError extends Error {
  constructor(
    readonly code: string,
    message: string,
  ) {
    super(message);
  }
}

// The SDK's advice on Node versions would appear as a message of the provider in every `pulumi up`.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = "true";

/** How often the real provider calls where its setting `maxRetries` says nothing (hashicorp/terraform-provider-aws:internal/provider). */
export const defaultMaxRetries = 25;

/**
 * Makes the clients of a region. As the real provider's, they try again what the SDK's standard retryer does: throttling,
 * server errors and broken connections, whatever the operation (hashicorp/aws-sdk-go-base:aws_config.go,
 * aws/aws-sdk-go-v2:aws/retry/standard.go). Nothing else: no denial and no expired credential.
 */
export function makeClients(region: string, maxAttempts: number): Clients {
  const settings = { region, maxAttempts, retryMode: "standard" };
  return {
    ec2: explaining(new EC2Client(settings), "EC2"),
    iam: explaining(new IAMClient(settings), "IAM"),
    logs: explaining(new CloudWatchLogsClient(settings), "CloudWatch Logs"),
    codebuild: explaining(new CodeBuildClient(settings), "CodeBuild"),
    connections: explaining(new CodeStarConnectionsClient(settings), "CodeStar connections"),
    eks: explaining(new EKSClient(settings), "EKS"),
    sts: explaining(new STSClient(settings), "STS"),
  };
}

interface WithMiddleware {
  middlewareStack: {
    add(
      middleware: (
        next: (args: never) => Promise<unknown>,
        context: { commandName?: string },
      ) => (args: never) => Promise<unknown>,
      options: { step: "initialize"; name: string },
    ): void;
  };
}

/** Makes a client's errors read as those of the Go SDK, because programs match on their text. */
function explaining<Client>(client: Client, service: string): Client {
  const explain =
    (next: (args: never) => Promise<unknown>, context: { commandName?: string }) => async (args: never) => {
      try {
        return await next(args);
      } catch (error) {
        throw awsError(error, service, (context.commandName ?? "").replace(/Command$/, ""));
      }
    };
  (client as unknown as WithMiddleware).middlewareStack.add(explain, {
    step: "initialize",
    name: "explainErrors",
  });
  return client;
}

function awsError(error: unknown, service: string, operation: string): AwsError {
  const { name, message, Code, $metadata } = error as Error & {
    Code?: string;
    $metadata?: { httpStatusCode?: number; requestId?: string };
  };
  const code = Code ?? name;
  const start = `operation error ${service}: ${operation}, `;
  if (!$metadata?.httpStatusCode) return new AwsError(code, `${start}${message || code}`);
  // EC2's errors are not modelled, so that the Go SDK shows them as generic ones.
  const kind = service === "EC2" ? "api error " : "";
  return new AwsError(
    code,
    `${start}https response error StatusCode: ${String($metadata.httpStatusCode)}, ` +
      `RequestID: ${$metadata.requestId ?? ""}, ${kind}${code}: ${message}`,
  );
}
