/** Where a policy may say `*` in a resource, because AWS has no narrower way. */
interface ResourceWildcard {
  actions: string[];
  resource: RegExp;
  /** Condition key that narrows it in place of the resource. */
  narrowedBy?: string;
  why: string;
  source: string;
}

const ec2Actions = "https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonec2.html";
const networkInterface = /^arn:aws:ec2:[a-z0-9-]+:\d{12}:network-interface\/\*$/;

/** All rows. An action and a resource that are in none are refused. */
export const resourceWildcards: ResourceWildcard[] = [
  {
    actions: [
      "ec2:DescribeDhcpOptions",
      "ec2:DescribeNetworkInterfaces",
      "ec2:DescribeSecurityGroups",
      "ec2:DescribeSubnets",
      "ec2:DescribeVpcs",
    ],
    resource: /^\*$/,
    why: "The action has no resource-level permissions.",
    source: ec2Actions,
  },
  {
    actions: ["ec2:CreateNetworkInterface"],
    resource: networkInterface,
    why: "The interface has no id before it is made; the subnet and the security group are named beside it.",
    source: ec2Actions,
  },
  {
    actions: ["ec2:DeleteNetworkInterface", "ec2:CreateNetworkInterfacePermission"],
    resource: networkInterface,
    narrowedBy: "ec2:Subnet",
    why: "CodeBuild makes an interface for each build; the condition keeps it to the runner's subnets.",
    source: ec2Actions,
  },
  {
    actions: ["logs:CreateLogStream", "logs:PutLogEvents"],
    resource: /^arn:aws:logs:[a-z0-9-]+:\d{12}:log-group:[^*?]+:\*$/,
    why: "Log streams are named after builds; the log group is named.",
    source:
      "https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazoncloudwatchlogs.html",
  },
  {
    actions: ["logs:GetLogEvents"],
    resource: /^arn:aws:logs:[a-z0-9-]+:\d{12}:log-group:[^*?]+:log-stream:\*$/,
    why: "Log streams are named after builds; the log group is named.",
    source:
      "https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazoncloudwatchlogs.html",
  },
];
