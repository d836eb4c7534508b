import { ClientTokens } from "./clientTokens";
import { AwsError, errorResponse, jsonResponse } from "./error";
import { UnjudgeablePolicy } from "./iam/document";
import { authorize } from "./iam/authorize";
import { sessionOf } from "./iam/credentials";
import type { IamHistory } from "./iam/history";
import type { RoleSessions } from "./iam/sessions";
import type { WebIdentities } from "./iam/webIdentities";
import type { Moto } from "./moto";
import { refuse } from "./refusals";
import { readRequest, type AwsRequest } from "./request";
import type { RequestLog } from "./requestLog";
import type { Service } from "./service";

/** Services that moto answers; the others are the sandbox's own or unknown. */
const motoServices = new Set(["ec2", "iam", "sts", "logs"]);

/** What stands behind the endpoint. */
export interface Backends {
  moto: Moto;
  /** The sandbox's own services, by signing name. */
  services: Record<string, Service>;
  iamHistory: IamHistory;
  sessions: RoleSessions;
  webIdentities: WebIdentities;
  log: RequestLog;
}

/** The one endpoint of the local AWS: routes by the signature's service name, refuses, records. */
export class Endpoint {
  private lastWrite: Promise<unknown> = Promise.resolve();
  private writesDone = 0;
  private readonly clientTokens = new ClientTokens();

  constructor(private readonly backends: Backends) {}

  /** How many writes have been answered: what was read at the same count is still so. */
  get writes(): number {
    return this.writesDone;
  }

  /** Answers any request to any AWS service. */
  async handle(httpRequest: Request): Promise<Response> {
    const request = await readRequest(httpRequest);
    if (!request)
      return jsonResponse(
        { __type: "MissingAuthenticationToken", message: "The request is not signed." },
        403,
      );
    const { services } = this.backends;
    request.operation = services[request.service]?.operationOf?.(request) ?? request.operation;
    try {
      this.judgeCaller(request);
      const response = await this.inOrder(request);
      this.backends.log.record(request, response.status, await errorCode(response));
      return response;
    } catch (error) {
      const awsError = asAwsError(error);
      this.backends.log.record(request, awsError.status, awsError.code);
      return errorResponse(request, awsError);
    }
  }

  /** Writes go one after the other, so that what a refusal looked at still stands when the write is made. */
  private inOrder(request: AwsRequest): Promise<Response> {
    if (request.readOnly) return this.answer(request);
    const write = this.lastWrite
      .then(() => this.clientTokens.answer(request, () => this.answer(request)))
      .finally(() => {
        this.writesDone += 1;
      });
    this.lastWrite = write.catch(() => undefined);
    return write;
  }

  /** The account's owner may do anything, a session what its role may. */
  private judgeCaller(request: AwsRequest): void {
    const { sessions, iamHistory } = this.backends;
    const visibleRole = (arn: string) => iamHistory.visibleRole(arn);
    const session = sessionOf(request, { sessions, visibleRole });
    const role = session && visibleRole(session.roleArn);
    if (!session || !role) return;
    request.session = session;
    authorize(session, role, request);
  }

  private async answer(request: AwsRequest): Promise<Response> {
    if (request.service === "sts" && request.operation === "AssumeRoleWithWebIdentity")
      return this.backends.webIdentities.assumeRole(request);
    if (motoServices.has(request.service)) return this.askMoto(request);
    const response = await this.backends.services[request.service]?.answer(request);
    return response ?? this.unknownRoute(request);
  }

  private async askMoto(request: AwsRequest): Promise<Response> {
    const { moto, iamHistory } = this.backends;
    const { region } = request;
    await refuse(request, { region, ec2: moto.ec2(region), iam: moto.iam() });
    const response = await moto.forward(request);
    // moto answers what it does not have with a page of HTML.
    const isPage = response.headers.get("content-type")?.startsWith("text/html") ?? false;
    if (response.status >= 400 && isPage && (response.status >= 500 || response.status === 404))
      return this.unknownRoute(request);
    if (request.service === "iam" && !request.readOnly && response.ok) await iamHistory.record();
    return response;
  }

  private unknownRoute({ service, operation }: AwsRequest): never {
    this.backends.log.unknownRoutes.push(`${service} ${operation}`);
    throw new AwsError("NotImplemented", `The sandbox has no ${operation} of ${service}.`, 501);
  }
}

function asAwsError(error: unknown): AwsError {
  if (error instanceof AwsError) return error;
  if (error instanceof UnjudgeablePolicy) return new AwsError("NotImplemented", error.message, 501);
  const message = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return new AwsError("InternalFailure", `The sandbox failed: ${message}`, 500);
}

async function errorCode(response: Response): Promise<string | undefined> {
  if (response.status < 400) return undefined;
  const body = await response.clone().text();
  return /<Code>([^<]+)</.exec(body)?.[1] ?? /"(?:__type|code)":\s*"(?:[^"#]*#)?([^"]+)"/.exec(body)?.[1];
}
