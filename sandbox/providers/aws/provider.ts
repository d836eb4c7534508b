import { GetCallerIdentityCommand } from "@aws-sdk/client-sts";
import { list, number, object, boolean, string, tags, type Provider } from "../schema";
import { hasUnknown, unknown, type Values } from "../values";
import { accessEntry } from "./accessEntry";
import { cluster } from "./cluster";
import { defaultMaxRetries, makeClients, type Clients } from "./clients";
import type { Aws, AwsResource, Tags } from "./context";
import { eip } from "./eip";
import { functions } from "./functions";
import { internetGateway } from "./internetGateway";
import { logGroup } from "./logGroup";
import { natGateway } from "./natGateway";
import { networkAcl } from "./networkAcl";
import { openIdConnectProvider } from "./openIdConnectProvider";
import { project } from "./project";
import { role } from "./role";
import { rolePolicy } from "./rolePolicy";
import { rolePolicyAttachment } from "./rolePolicyAttachment";
import { route } from "./route";
import { routeTable } from "./routeTable";
import { routeTableAssociation } from "./routeTableAssociation";
import { securityGroup } from "./securityGroup";
import { securityGroupEgressRule, securityGroupIngressRule } from "./securityGroupRule";
import { subnet } from "./subnet";
import { vpc } from "./vpc";
import { webhook } from "./webhook";

const resources: Record<string, AwsResource> = {
  "aws:cloudwatch/logGroup:LogGroup": logGroup,
  "aws:codebuild/project:Project": project,
  "aws:codebuild/webhook:Webhook": webhook,
  "aws:ec2/eip:Eip": eip,
  "aws:ec2/internetGateway:InternetGateway": internetGateway,
  "aws:ec2/natGateway:NatGateway": natGateway,
  "aws:ec2/networkAcl:NetworkAcl": networkAcl,
  "aws:ec2/route:Route": route,
  "aws:ec2/routeTable:RouteTable": routeTable,
  "aws:ec2/routeTableAssociation:RouteTableAssociation": routeTableAssociation,
  "aws:ec2/securityGroup:SecurityGroup": securityGroup,
  "aws:ec2/subnet:Subnet": subnet,
  "aws:ec2/vpc:Vpc": vpc,
  "aws:eks/accessEntry:AccessEntry": accessEntry,
  "aws:eks/cluster:Cluster": cluster,
  "aws:iam/openIdConnectProvider:OpenIdConnectProvider": openIdConnectProvider,
  "aws:iam/role:Role": role,
  "aws:iam/rolePolicy:RolePolicy": rolePolicy,
  "aws:iam/rolePolicyAttachment:RolePolicyAttachment": rolePolicyAttachment,
  "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule": securityGroupEgressRule,
  "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule": securityGroupIngressRule,
};

/** The stand-in of @pulumi/aws: the types and functions that the program uses, against the standard endpoint. */
export function awsProvider(version: string): Provider<Aws> {
  const clients = new Map<string, Clients>();
  let maxRetries = defaultMaxRetries;
  let configured: Pick<Aws, "region" | "accountId" | "defaultTags"> | undefined;
  const settings = () => {
    if (!configured) throw new Error("the aws provider is not configured");
    return configured;
  };
  const clientsOf = (region: string) => {
    const known = clients.get(region) ?? makeClients(region, maxRetries);
    clients.set(region, known);
    return known;
  };
  return {
    name: "aws",
    version,
    config: {
      region: string({ replaces: true }),
      allowedAccountIds: list(string()),
      maxRetries: number({ default: defaultMaxRetries }),
      defaultTags: object({ tags: tags() }),
      // Pulumi's SDK always sends these two; both are honoured by doing what the real provider then does.
      skipCredentialsValidation: boolean(),
      skipRegionValidation: boolean(),
    },
    resources,
    functions,
    async configure(config) {
      const region = regionOf(config);
      maxRetries = config.maxRetries as number;
      const { Account } = await clientsOf(region).sts.send(new GetCallerIdentityCommand({}));
      guardAccount(Account ?? "", config.allowedAccountIds as string[] | undefined);
      configured = { region, accountId: Account ?? "", defaultTags: defaultTagsOf(config) };
    },
    context(properties) {
      const region = typeof properties.region === "string" ? properties.region : settings().region;
      return { ...settings(), region, ...clientsOf(region) };
    },
    complete: (type, inputs) => ({
      ...inputs,
      ...(type.properties.tagsAll ? { tagsAll: mergeTags(settings().defaultTags, inputs.tags) } : {}),
      ...regionInput(type, inputs, settings().region),
    }),
  };
}

/** Merged at check, as pulumi/pulumi-aws:provider/tags.go does. */
function mergeTags(defaults: Tags, given: unknown): unknown {
  return hasUnknown(given) ? unknown : { ...defaults, ...(given as Tags | undefined) };
}

/** The provider's region where a resource names none, as pulumi/pulumi-aws:provider/region.go does at check. */
function regionInput(type: AwsResource, inputs: Values, region: string): Values {
  return type.properties.region && inputs.region === undefined ? { region } : {};
}

function regionOf(config: Values): string {
  const region = config.region ?? process.env.AWS_REGION ?? process.env.AWS_DEFAULT_REGION;
  if (typeof region !== "string" || region === unknown) {
    throw new Error(
      'missing required configuration key "aws:region": the region where AWS operations will take place. ' +
        "Set it with `pulumi config set aws:region <region>`",
    );
  }
  return region;
}

/** In the words of hashicorp/aws-sdk-go-base:validation.go. */
function guardAccount(accountId: string, allowed: string[] | undefined): void {
  if (allowed && allowed.length > 0 && !allowed.includes(accountId)) {
    throw new Error(`Invalid account ID: AWS account ID not allowed: ${accountId}`);
  }
}

function defaultTagsOf(config: Values): Tags {
  return (config.defaultTags as { tags?: Tags } | undefined)?.tags ?? {};
}
