import type { EC2Client } from "@aws-sdk/client-ec2";
import type { IAMClient } from "@aws-sdk/client-iam";
import { AwsError } from "../error";

/** What a refusal may look at: what stands in moto when the request arrives. */
export interface World {
  /** AWS region code of the request. */
  region: string;
  ec2: EC2Client;
  iam: IAMClient;
}

/** One thing that AWS refuses and moto lets through. */
export interface Refusal<Input> {
  operations: string[];
  /** The offending value, for the message; undefined when there is nothing to refuse. */
  condition: (input: Input, world: World) => Promise<string | undefined> | string | undefined;
  /** AWS error code. */
  code: string;
  message: (offender: string, input: Input) => string;
  /** @default 400 */
  status?: number;
  /** Where it is written that AWS refuses this. */
  source: string;
}

/**
 * Refuses what a row refuses.
 * @throws AwsError
 */
export async function checkRefusals<Input>(
  rows: Refusal<Input>[],
  request: { operation: string; input: Input; world: World },
): Promise<void> {
  for (const row of rows) {
    if (!row.operations.includes(request.operation)) continue;
    const offender = await row.condition(request.input, request.world);
    if (offender !== undefined)
      throw new AwsError(row.code, row.message(offender, request.input), row.status);
  }
}
