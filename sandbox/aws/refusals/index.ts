import type { AwsRequest } from "../request";
import { logGroupRefusals, type LogGroupInput } from "./logGroups";
import { networkAclRefusals } from "./networkAcls";
import { QueryInput } from "./queryInput";
import { checkRefusals, type World } from "./refusal";
import { roleRefusals } from "./roles";
import { securityGroupRefusals } from "./securityGroups";
import { subnetRefusals } from "./subnets";
import { tagRefusals } from "./tags";
import { vpcRefusals } from "./vpcs";

const ec2 = [
  ...vpcRefusals,
  ...subnetRefusals,
  ...networkAclRefusals,
  ...securityGroupRefusals,
  ...tagRefusals,
];

/**
 * Refuses what AWS refuses and moto would let through.
 * @throws AwsError
 */
export async function refuse(request: AwsRequest, world: World): Promise<void> {
  const { operation, body } = request;
  switch (request.service) {
    case "ec2":
      return checkRefusals(ec2, { operation, input: QueryInput.parse(body), world });
    case "iam":
      return checkRefusals(roleRefusals, { operation, input: QueryInput.parse(body), world });
    case "logs":
      return checkRefusals(logGroupRefusals, {
        operation,
        input: JSON.parse(body || "{}") as LogGroupInput,
        world,
      });
  }
}
