import type { AwsRequest } from "./request";

/**
 * Client tokens, by which AWS knows a request that it has answered already: the SDKs send one of their own making and
 * repeat it when they try again, so that what was made is not made twice.
 * https://docs.aws.amazon.com/ec2/latest/devguide/ec2-api-idempotency.html,
 * https://docs.aws.amazon.com/eks/latest/APIReference/API_CreateAccessEntry.html
 */
export class ClientTokens {
  private readonly answers = new Map<string, Response>();

  /** Gives the answer that the same request got before, or makes one and keeps it if it is a success. */
  async answer(request: AwsRequest, make: () => Promise<Response>): Promise<Response> {
    const token = clientToken(request);
    if (token === undefined) return make();
    const { region, service, operation } = request;
    const key = [region, service, operation, token].join(" ");
    const answer = this.answers.get(key) ?? (await make());
    if (answer.ok) this.answers.set(key, answer.clone());
    return answer;
  }
}

function clientToken({ service, body }: AwsRequest): string | undefined {
  if (service === "ec2") return new URLSearchParams(body).get("ClientToken") ?? undefined;
  if (service !== "eks") return undefined;
  return /"clientRequestToken":"([^"]+)"/.exec(body)?.[1];
}
