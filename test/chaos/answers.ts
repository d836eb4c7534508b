import { AwsError, errorResponse } from "../../sandbox/aws/error";
import type { AwsRequest } from "../../sandbox/aws/request";

/** What a service answers in place of doing what it is asked for. */
export type Answer = (aws: AwsRequest | undefined) => Response;

/** An error's code, text and HTTP status. */
type ErrorParts = [code: string, message: string, status: number];

const deployer = "arn:aws:iam::123456789012:user/deployer";

/** AWS's words for one thing, which differ from service to service; `other` is for all that are not named. */
function awsAnswer(words: Partial<Record<string, ErrorParts>> & { other: ErrorParts }) {
  return (aws: AwsRequest): Response => {
    const [code, message, status] = words[aws.service] ?? words.other;
    const action = `${actionPrefixes[aws.service] ?? aws.service}:${aws.operation}`;
    return errorResponse(aws, new AwsError(code, message.replaceAll("(action)", action), status));
  };
}

const actionPrefixes: Record<string, string> = { "codestar-connections": "codestar-connections" };

/** GitHub's error: https://docs.github.com/rest/using-the-rest-api/troubleshooting-the-rest-api */
export function githubAnswer(
  status: number,
  message: string,
  { page = "", headers = {} }: { page?: string; headers?: Record<string, string> } = {},
): Response {
  const documentation_url = `https://docs.github.com/rest${page}`;
  const body = JSON.stringify({ message, documentation_url, status: String(status) });
  return new Response(body, { status, headers: { "content-type": "application/json", ...headers } });
}

/**
 * The service has failed.
 * https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html,
 * https://docs.aws.amazon.com/IAM/latest/APIReference/CommonErrors.html
 */
export const serverError: Answer = (aws) =>
  aws
    ? awsAnswer({
        ec2: ["InternalError", "An internal error has occurred", 500],
        iam: ["ServiceFailure", "The request processing has failed because of an unknown error.", 500],
        other: ["InternalFailure", "The request processing has failed because of an unknown error.", 500],
      })(aws)
    : githubAnswer(500, "Server Error");

/**
 * Too many calls.
 * https://docs.aws.amazon.com/ec2/latest/devguide/ec2-api-throttling.html,
 * https://docs.github.com/rest/using-the-rest-api/rate-limits-for-the-rest-api#about-secondary-rate-limits
 */
export const throttling: Answer = (aws) =>
  aws
    ? awsAnswer({
        ec2: ["RequestLimitExceeded", "Request limit exceeded.", 503],
        iam: ["Throttling", "Rate exceeded", 400],
        sts: ["Throttling", "Rate exceeded", 400],
        eks: ["ThrottlingException", "Rate exceeded", 429],
        other: ["ThrottlingException", "Rate exceeded", 400],
      })(aws)
    : githubAnswer(403, "You have exceeded a secondary rate limit. Please wait a few minutes.", {
        page: "/using-the-rest-api/rate-limits-for-the-rest-api#about-secondary-rate-limits",
        headers: { "retry-after": "1" },
      });

const denied = `User: ${deployer} is not authorized to perform: (action) because no identity-based policy allows the (action) action`;

/**
 * Whoever calls may not.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html,
 * https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html
 */
export const accessDenied: Answer = (aws) =>
  aws
    ? awsAnswer({
        ec2: ["UnauthorizedOperation", `You are not authorized to perform this operation. ${denied}`, 403],
        iam: ["AccessDenied", denied, 403],
        eks: ["AccessDeniedException", denied, 403],
        other: ["AccessDeniedException", denied, 400],
      })(aws)
    : githubAnswer(403, "Resource not accessible by personal access token");

/**
 * The credentials were good, and are so no longer.
 * https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html (RequestExpired),
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_temp_use-resources.html
 */
export const expiredToken: Answer = (aws) =>
  aws
    ? awsAnswer({
        ec2: ["RequestExpired", "Request has expired.", 400],
        iam: ["ExpiredToken", "The security token included in the request is expired", 403],
        sts: ["ExpiredToken", "The security token included in the request is expired", 403],
        eks: ["ExpiredTokenException", "The security token included in the request is expired", 403],
        other: ["ExpiredTokenException", "The security token included in the request is expired", 400],
      })(aws)
    : githubAnswer(401, "Bad credentials");
