import type { Statement } from "./policies";

/** Where states are that Pulumi Cloud does not keep. */
export interface StateBucket {
  /** Name of the bucket. */
  bucket: string;
  /** ARN of the key with which Pulumi encrypts secrets in the states. */
  keyArn: string;
}

/**
 * What an update needs of the bucket: it reads every state, since the home stack looks at the others, and writes its own, with its
 * lock, history and backups.
 * Paths: pulumi/pulumi:pkg/backend/diy/store.go, pkg/backend/diy/lock.go
 */
export function stateStatements(
  project: string,
  stack: string,
  { bucket, keyArn }: StateBucket,
): Statement[] {
  const arn = `arn:aws:s3:::${bucket}`;
  const own = [
    `stacks/${project}/${stack}.json*`,
    `history/${project}/${stack}/*`,
    `backups/${project}/${stack}/*`,
    `locks/organization/${project}/${stack}/*`,
  ];
  return [
    { Sid: "StateBucket", Effect: "Allow", Action: ["s3:ListBucket"], Resource: [arn] },
    { Sid: "States", Effect: "Allow", Action: ["s3:GetObject"], Resource: [`${arn}/.pulumi/*`] },
    {
      Sid: "OwnState",
      Effect: "Allow",
      Action: ["s3:DeleteObject", "s3:PutObject"],
      Resource: own.map((path) => `${arn}/.pulumi/${path}`),
    },
    { Sid: "StateKey", Effect: "Allow", Action: ["kms:Decrypt", "kms:Encrypt"], Resource: [keyArn] },
  ];
}
