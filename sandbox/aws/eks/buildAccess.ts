/** Where a build runs, and as whom. */
export interface BuildIdentity {
  /** AWS region code. */
  region: string;
  /** CodeBuild's id of the build: `<project>:<uuid>`. */
  buildId: string;
  projectArn: string;
  /** The project's service role. Whether it lets CodeBuild in has been judged before. */
  roleArn: string;
  vpcId: string;
  subnetIds: string[];
  securityGroupIds: string[];
}

/** What a build sees of AWS. */
export interface BuildAccess {
  /**
   * Variables of the build's machine: temporary credentials of its role, the address of the local AWS, and a `PATH` that
   * begins with the real `aws` command.
   */
  environment: Record<string, string>;
  /** Ends the credentials and every connection to a cluster. */
  close(): Promise<void>;
}

/**
 * Gives a build temporary credentials of its role and, for each cluster of the account, an address that leads through
 * the judged network.
 *
 * @throws Error if the role does not exist
 */
export type OpenBuild = (identity: BuildIdentity) => Promise<BuildAccess>;
