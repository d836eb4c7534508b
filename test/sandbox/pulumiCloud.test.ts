import { createCipheriv, pbkdf2Sync, randomBytes } from "node:crypto";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { expect } from "chai";
import type { Hono } from "hono";
import { after, before, describe, it } from "mocha";
import { Access } from "../../sandbox/pulumiCloud/access";
import { pulumiCloudApp } from "../../sandbox/pulumiCloud/app";
import { Cloud } from "../../sandbox/pulumiCloud/cloud";

const passphrase = "sandbox";
const salt = randomBytes(8);
const secret = { "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270" };
const stacks = "/api/stacks/example-org/eks-dryrun-runner";

describe("the sandbox's Pulumi Cloud, asked as the pulumi command asks", () => {
  const folder = mkdtempSync(join(tmpdir(), "pulumi-cloud-"));
  let app: Hono;

  before(() => {
    const below = join(folder, ".pulumi", "stacks", "eks-dryrun-runner");
    mkdirSync(below, { recursive: true });
    const latest = {
      secrets_providers: { type: "passphrase", state: { salt: `v1:${salt.toString("base64")}:proof` } },
      resources: [{ outputs: { secret: { ...secret, ciphertext: sealed('"not a secret"') } } }],
    };
    writeFileSync(
      join(below, "kr-production.json"),
      JSON.stringify({ version: 4, features: ["refreshBeforeUpdate"], checkpoint: { latest } }),
    );
    const cloud = new Cloud(folder, "example-org", folder);
    app = pulumiCloudApp(cloud, new Access(folder, "example-org", "administrator", {}), passphrase);
  });
  after(() => {
    rmSync(folder, { recursive: true });
  });

  const ask = async (method: string, path: string, body?: Buffer) => {
    const headers = { authorization: "token administrator", "content-encoding": body ? "gzip" : "identity" };
    const response = await app.request(path, {
      method,
      headers,
      ...(body && { body: new Uint8Array(body) }),
    });
    return { status: response.status, json: (await response.json()) as Record<string, never> };
  };

  it("hands a state out with its secrets as Pulumi Cloud's, and their texts when it is asked for them", async () => {
    const { json } = await ask("GET", `${stacks}/kr-production/export`);
    expect(json).to.deep.include({ version: 4, features: ["refreshBeforeUpdate"] });
    const { secrets_providers, resources } = json.deployment as unknown as {
      secrets_providers: { type: string; state: object };
      resources: { outputs: { secret: { ciphertext: string } } }[];
    };
    expect(secrets_providers.type).to.equal("service");
    const { ciphertext } = resources[0]!.outputs.secret;
    const body = gzipSync(JSON.stringify({ ciphertexts: [ciphertext] }));
    const answer = await ask("POST", `${stacks}/kr-production/batch-decrypt`, body);
    const { plaintexts } = answer.json as unknown as { plaintexts: Record<string, string> };
    const plaintext = plaintexts[ciphertext] ?? "";
    expect(Buffer.from(plaintext, "base64").toString()).to.equal('"not a secret"');
  });

  it("takes what belongs to a preview that it began, and to no other", async () => {
    const { json } = await ask("POST", `${stacks}/kr-production/preview`);
    const { updateID } = json as unknown as { updateID: string };
    for (const call of ["", "/renew_lease", "/events/batch", "/complete"])
      expect((await ask("POST", `${stacks}/kr-production/update/${updateID}${call}`)).status).to.equal(200);
    expect((await ask("POST", `${stacks}/kr-production/update/another/complete`)).status).to.equal(404);
  });

  it("updates no stack, and knows none that was not initialised", async () => {
    expect((await ask("POST", `${stacks}/kr-production/update`)).status).to.equal(501);
    expect((await ask("GET", `${stacks}/in-production`)).status).to.equal(404);
  });

  it("says of a route that it does not have that it does not", async () => {
    const { status, json } = await ask("GET", "/api/cli/version");
    expect(status).to.equal(501);
    expect(json.message).to.include("has no route GET /api/cli/version");
  });
});

/** A text as Pulumi encrypts it with a passphrase (pulumi/pulumi:sdk/go/common/resource/config/crypt.go). */
function sealed(text: string): string {
  const nonce = randomBytes(12);
  const cipher = createCipheriv("aes-256-gcm", pbkdf2Sync(passphrase, salt, 1_000_000, 32, "sha256"), nonce);
  const bytes = Buffer.concat([cipher.update(text), cipher.final(), cipher.getAuthTag()]);
  return ["v1", nonce.toString("base64"), bytes.toString("base64")].join(":");
}
