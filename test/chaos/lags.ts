import { AwsError, errorResponse, jsonResponse } from "../../sandbox/aws/error";
import type { AwsRequest } from "../../sandbox/aws/request";
import { githubAnswer, type Answer } from "./answers";

/** What was just made, and a call that does not see it yet. */
export interface Lag {
  /** The operation that makes it. */
  after: string;
  /** The operation that does not see it. */
  unseenBy: string;
  /** Which of its calls do not. @default all */
  concerns?: (request: AwsRequest) => boolean;
  answer: Answer;
  /** Where it is written that it can be so, or that this is the answer. */
  source: string;
}

/** Seconds for which a new thing is not seen. */
export const lagSeconds = 3;

const missing =
  (code: string, message: string, status = 400): Answer =>
  (aws) =>
    aws ? errorResponse(aws, new AwsError(code, message, status)) : githubAnswer(404, "Not Found");

const ec2 = "https://docs.aws.amazon.com/ec2/latest/devguide/eventual-consistency.html";
const iam =
  "https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot.html#troubleshoot_general_eventual-consistency";
const provider = "hashicorp/terraform-provider-aws:internal/service";

const noSubnet = missing("InvalidSubnetID.NotFound", "The subnet ID does not exist");
const noTable = missing("InvalidRouteTableID.NotFound", "The routeTable ID does not exist");
const noGroup = missing("InvalidGroup.NotFound", "The security group does not exist");
const noAcl = missing("InvalidNetworkAclID.NotFound", "The networkAcl ID does not exist");
const noRole = missing("NoSuchEntity", "The role cannot be found.", 404);
const noLogGroup = missing("ResourceNotFoundException", "The specified log group does not exist.");

export const lags: Lag[] = [
  { after: "ec2 CreateSubnet", unseenBy: "ec2 DescribeSubnets", answer: noSubnet, source: ec2 },
  { after: "ec2 CreateSubnet", unseenBy: "ec2 AssociateRouteTable", answer: noSubnet, source: ec2 },
  { after: "ec2 CreateRouteTable", unseenBy: "ec2 DescribeRouteTables", answer: noTable, source: ec2 },
  { after: "ec2 CreateRouteTable", unseenBy: "ec2 CreateRoute", answer: noTable, source: ec2 },
  { after: "ec2 CreateSecurityGroup", unseenBy: "ec2 DescribeSecurityGroups", answer: noGroup, source: ec2 },
  {
    after: "ec2 CreateSecurityGroup",
    unseenBy: "ec2 RevokeSecurityGroupEgress",
    answer: noGroup,
    source: ec2,
  },
  {
    after: "ec2 CreateSecurityGroup",
    unseenBy: "ec2 AuthorizeSecurityGroupEgress",
    answer: noGroup,
    source: ec2,
  },
  {
    after: "ec2 CreateSecurityGroup",
    unseenBy: "ec2 AuthorizeSecurityGroupIngress",
    answer: noGroup,
    source: ec2,
  },
  // Of the ways to ask, only the one by id is an error.
  {
    after: "ec2 CreateNetworkAcl",
    unseenBy: "ec2 DescribeNetworkAcls",
    concerns: ({ body }) => body.includes("NetworkAclId.1="),
    answer: noAcl,
    source: ec2,
  },
  { after: "ec2 CreateNetworkAcl", unseenBy: "ec2 CreateNetworkAclEntry", answer: noAcl, source: ec2 },
  { after: "ec2 CreateNetworkAcl", unseenBy: "ec2 ReplaceNetworkAclAssociation", answer: noAcl, source: ec2 },
  { after: "iam CreateRole", unseenBy: "iam GetRole", answer: noRole, source: iam },
  { after: "iam CreateRole", unseenBy: "iam PutRolePolicy", answer: noRole, source: iam },
  { after: "iam PutRolePolicy", unseenBy: "iam GetRolePolicy", answer: noRole, source: iam },
  {
    after: "iam CreateRole",
    unseenBy: "eks CreateAccessEntry",
    answer: missing("InvalidParameterException", "The specified principalArn is invalid: invalid principal"),
    source: `${provider}/eks/access_entry.go`,
  },
  {
    after: "iam PutRolePolicy",
    unseenBy: "codebuild CreateProject",
    answer: missing("OAuthProviderException", "User is not authorized to access connection"),
    source: "https://github.com/aws/aws-cdk/issues/38504",
  },
  {
    after: "iam PutRolePolicy",
    unseenBy: "codebuild CreateWebhook",
    answer: missing("InvalidInputException", "Access denied to connection"),
    source: "https://github.com/aws/aws-cdk/issues/31726",
  },
  {
    after: "logs CreateLogGroup",
    unseenBy: "logs DescribeLogGroups",
    answer: () => jsonResponse({ logGroups: [] }),
    source: `${provider}/logs/group.go (no patience for a new one)`,
  },
  {
    after: "logs CreateLogGroup",
    unseenBy: "logs PutRetentionPolicy",
    answer: noLogGroup,
    source:
      "https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutRetentionPolicy.html",
  },
  {
    after: "logs CreateLogGroup",
    unseenBy: "logs ListTagsForResource",
    answer: noLogGroup,
    source:
      "https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_ListTagsForResource.html",
  },
  {
    after: "codebuild CreateProject",
    unseenBy: "codebuild BatchGetProjects",
    answer: () => jsonResponse({ projects: [], projectsNotFound: [] }),
    source: `${provider}/codebuild/project.go (no patience for a new one)`,
  },
  {
    after: "eks CreateAccessEntry",
    unseenBy: "eks DescribeAccessEntry",
    answer: missing("ResourceNotFoundException", "The specified principalArn could not be found.", 404),
    source: "https://docs.aws.amazon.com/eks/latest/userguide/creating-access-entries.html",
  },
  {
    after: "github PUT contents (create)",
    unseenBy: "github GET contents",
    answer: missing("", ""),
    source: "https://github.com/orgs/community/discussions/56117",
  },
  {
    after: "github PUT contents (create)",
    unseenBy: "github GET commit",
    answer: () => githubAnswer(422, "No commit found for SHA"),
    source: "https://docs.github.com/rest/commits/commits#get-a-commit",
  },
  {
    after: "github POST ruleset",
    unseenBy: "github GET ruleset",
    answer: missing("", ""),
    source: "https://github.com/orgs/community/discussions/56117",
  },
  {
    after: "github POST ref",
    unseenBy: "github GET ref",
    answer: missing("", ""),
    source: "https://github.com/orgs/community/discussions/56117",
  },
];
