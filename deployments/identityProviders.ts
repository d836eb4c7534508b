import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { githubIssuer, stsAudience } from "../components/identityTrust";
import { pulumiIssuer } from "./trust";

/** Arguments of {@link IdentityProviders}. */
export interface IdentityProvidersArgs {
  /** The organisation in Pulumi Cloud: the audience of its tokens. */
  pulumiOrganization: string;
  /** An identity provider for Pulumi Cloud that the account has already. @default one is made */
  pulumiProviderArn?: string;
  /** The same for GitHub Actions. @default one is made */
  githubProviderArn?: string;
  tags: Record<string, string>;
}

/**
 * Whose tokens the account believes: Pulumi Cloud's for updates, GitHub's for previews. AWS allows one provider for each
 * address in an account, so one that is there already is used and not made again.
 */
export class IdentityProviders extends pulumi.ComponentResource {
  public readonly pulumiArn: pulumi.Output<string>;
  public readonly githubArn: pulumi.Output<string>;

  constructor(name: string, args: IdentityProvidersArgs, opts?: pulumi.ComponentResourceOptions) {
    super("eks-dryrun-runner:index:IdentityProviders", name, {}, opts);
    const provider = (childName: string, issuer: string, audience: string) =>
      new aws.iam.OpenIdConnectProvider(
        `${name}-${childName}`,
        { url: `https://${issuer}`, clientIdLists: [audience], tags: args.tags },
        { parent: this },
      ).arn;
    this.pulumiArn = pulumi.output(
      args.pulumiProviderArn ?? provider("pulumi", pulumiIssuer, args.pulumiOrganization),
    );
    this.githubArn = pulumi.output(args.githubProviderArn ?? provider("github", githubIssuer, stsAudience));
    this.registerOutputs({ pulumiArn: this.pulumiArn, githubArn: this.githubArn });
  }
}
