import { AssumeRoleCommand, type STSClient } from "@aws-sdk/client-sts";
import type { Role } from "./evaluate";

/** Temporary credentials of a role. */
export interface RoleSession {
  accessKeyId: string;
  secretAccessKey: string;
  sessionToken: string;
  roleArn: string;
  roleName: string;
  /** IAM's own id of the role when the session began: those of a role that was made anew are another's. */
  roleId: string;
  sessionName: string;
  /** `arn:aws:sts::<account>:assumed-role/<role>/<session>`, without the role's path. */
  arn: string;
  expiration: Date;
}

/** Sessions of roles that are alive. A restart ends them, as it ends the builds that have them. */
export class RoleSessions {
  private readonly sessions = new Map<string, RoleSession>();

  /** @param sts the local STS, which shall know who calls when it is asked for the caller's identity */
  constructor(private readonly sts: STSClient) {}

  /** Takes a role. Whether it may be taken by whoever asks is judged before. @param seconds at least 900 */
  async begin(role: Role, sessionName: string, seconds = 3600): Promise<RoleSession> {
    const { Credentials } = await this.sts.send(
      new AssumeRoleCommand({ RoleArn: role.arn, RoleSessionName: sessionName, DurationSeconds: seconds }),
    );
    const { AccessKeyId = "", SecretAccessKey = "", SessionToken = "" } = Credentials ?? {};
    const session = {
      accessKeyId: AccessKeyId,
      secretAccessKey: SecretAccessKey,
      sessionToken: SessionToken,
      roleArn: role.arn,
      roleName: role.name,
      roleId: role.id,
      sessionName,
      arn: `arn:aws:sts::${role.arn.split(":")[4] ?? ""}:assumed-role/${role.name}/${sessionName}`,
      expiration: new Date(Date.now() + seconds * 1000),
    };
    this.sessions.set(session.accessKeyId, session);
    return session;
  }

  find(accessKeyId: string): RoleSession | undefined {
    return this.sessions.get(accessKeyId);
  }

  /** From now on nobody knows the credentials. */
  end({ accessKeyId }: RoleSession): void {
    this.sessions.delete(accessKeyId);
  }
}
