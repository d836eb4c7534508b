import { appendFileSync } from "node:fs";
import { join } from "node:path";
import type { AwsRequest } from "./request";

/** Records every request, one JSON line each, and remembers what nobody could answer. */
export class RequestLog {
  /** Requests of services, operations or routes that the sandbox does not have, as `service operation`. */
  readonly unknownRoutes: string[] = [];

  constructor(private readonly directory: string) {}

  /** @param errorCode AWS error code of a refused request */
  record(request: AwsRequest, status: number, errorCode?: string): void {
    const { service, operation, region, caller, session } = request;
    const time = new Date().toISOString();
    const role = session?.roleArn;
    const line = { time, service, operation, region, status, errorCode, caller, role };
    appendFileSync(join(this.directory, "requests.jsonl"), `${JSON.stringify(line)}\n`);
  }
}
