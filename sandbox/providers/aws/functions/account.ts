import { GetCallerIdentityCommand } from "@aws-sdk/client-sts";
import { string, type FunctionType } from "../../schema";
import { doing, type Aws } from "../context";

/** Names of regions, https://docs.aws.amazon.com/global-infrastructure/latest/regions/aws-regions.html. */
const regionNames: Record<string, string> = {
  "ap-northeast-1": "Asia Pacific (Tokyo)",
  "ap-northeast-2": "Asia Pacific (Seoul)",
  "ap-south-1": "Asia Pacific (Mumbai)",
  "ap-southeast-1": "Asia Pacific (Singapore)",
  "eu-central-1": "Europe (Frankfurt)",
  "us-east-1": "US East (N. Virginia)",
  "us-west-2": "US West (Oregon)",
};

export const getCallerIdentity: FunctionType<Aws> = {
  args: { id: string() },
  async call(aws) {
    const { Account, Arn, UserId } = await doing("reading STS Caller Identity", () =>
      aws.sts.send(new GetCallerIdentityCommand({})),
    );
    return { accountId: Account, arn: Arn, id: Account, userId: UserId };
  },
};

export const getPartition: FunctionType<Aws> = {
  args: { id: string() },
  call: () =>
    Promise.resolve({
      id: "aws",
      partition: "aws",
      dnsSuffix: "amazonaws.com",
      reverseDnsPrefix: "com.amazonaws",
    }),
};

export const getRegion: FunctionType<Aws> = {
  args: { id: string(), name: string(), endpoint: string(), region: string() },
  call(aws, args) {
    const region = typeof args.name === "string" ? args.name : aws.region;
    const description = regionNames[region];
    if (!description) return Promise.reject(new Error(`the sandbox does not know the region ${region}`));
    const endpoint = `ec2.${region}.amazonaws.com`;
    return Promise.resolve({ id: region, name: region, region, endpoint, description });
  },
};
