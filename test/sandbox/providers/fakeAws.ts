import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";

/** One answer of the fake: JSON for the services that speak it, XML for the others. */
export interface Answer {
  status?: number;
  body: unknown;
}

/** A call that the fake was asked for. */
export interface AwsCall {
  region: string;
  service: string;
  /** `CreateProject`; for EKS, which speaks REST, method and path. */
  operation: string;
  body: string;
}

/** An AWS that answers from a script and remembers what it was asked: for what no stand-in does on demand. */
export class FakeAws {
  readonly calls: AwsCall[] = [];
  private readonly script = new Map<string, Answer[]>();
  private readonly server: Server = createServer((request, response) => {
    void this.answer(request).then(({ status = 200, body }) => {
      response.writeHead(status, { "x-amzn-requestid": "request-1" });
      response.end(typeof body === "string" ? body : JSON.stringify(body));
    });
  });
  private readonly environment: Record<string, string | undefined> = {};

  /** Listens, and leads the SDK here through the environment until `stop`. */
  async start(): Promise<void> {
    await new Promise<void>((resolve) => this.server.listen(0, "127.0.0.1", resolve));
    const { port } = this.server.address() as AddressInfo;
    this.set({
      AWS_ENDPOINT_URL: `http://127.0.0.1:${String(port)}`,
      AWS_ACCESS_KEY_ID: "AKIAIOSFODNN7EXAMPLE",
      AWS_SECRET_ACCESS_KEY: "example",
      AWS_REGION: "ap-northeast-1",
    });
    this.will("GetCallerIdentity", {
      body:
        "<GetCallerIdentityResponse><GetCallerIdentityResult><Arn>arn:aws:iam::123456789012:user/x</Arn>" +
        "<UserId>x</UserId><Account>123456789012</Account></GetCallerIdentityResult></GetCallerIdentityResponse>",
    });
  }

  async stop(): Promise<void> {
    this.set({ ...this.environment });
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  /** Sets the answers to an operation, one after the other; the last one stays. */
  will(operation: string, ...answers: Answer[]): void {
    this.script.set(operation, answers);
  }

  /** How often an operation was asked for. */
  count(operation: string): number {
    return this.calls.filter((call) => call.operation === operation).length;
  }

  private async answer(request: IncomingMessage): Promise<Answer> {
    const call = describe(request, await text(request));
    this.calls.push(call);
    const answers = this.script.get(call.operation) ?? [];
    const [next] = answers.length > 1 ? answers.splice(0, 1) : answers;
    return next ?? { status: 400, body: { __type: "Unscripted", message: `no answer to ${call.operation}` } };
  }

  private set(variables: Record<string, string | undefined>): void {
    for (const [name, value] of Object.entries(variables)) {
      this.environment[name] = process.env[name];
      if (value === undefined) Reflect.deleteProperty(process.env, name);
      else process.env[name] = value;
    }
  }
}

/** An error as EC2 writes it. */
export function ec2Error(Code: string, Message: string): Answer {
  const error = `<Error><Code>${Code}</Code><Message>${Message}</Message></Error>`;
  return {
    status: 400,
    body: `<Response><Errors>${error}</Errors><RequestID>request-1</RequestID></Response>`,
  };
}

/** An error as IAM writes it. */
export function iamError(Code: string, Message: string): Answer {
  const error = `<Error><Type>Sender</Type><Code>${Code}</Code><Message>${Message}</Message></Error>`;
  return { status: 409, body: `<ErrorResponse>${error}<RequestId>request-1</RequestId></ErrorResponse>` };
}

/** An error as the services write it that speak JSON. */
export function jsonError(__type: string, message: string): Answer {
  return { status: 400, body: { __type, message } };
}

function describe(request: IncomingMessage, body: string): AwsCall {
  const [, , region = "", service = ""] = (
    /Credential=([^,]*)/.exec(request.headers.authorization ?? "")?.[1] ?? ""
  ).split("/");
  const target = String(request.headers["x-amz-target"] ?? "")
    .split(".")
    .pop();
  const action = new URLSearchParams(body).get("Action");
  const path = (request.url ?? "").split("?", 1)[0] ?? "";
  const rest = `${request.method ?? ""} ${decodeURIComponent(path)}`;
  return { region, service, operation: (target || action) ?? rest, body };
}
