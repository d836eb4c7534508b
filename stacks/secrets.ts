import { shellQuoted } from "./problems";

/** The process's environment. */
type ProcessEnvironment = Record<string, string | undefined>;

const credentialName = /TOKEN|SECRET|PASSWORD|PASSPHRASE|KEY/i;

/** Full names of the keys that are stored as secrets, in the variable by which Pulumi tells the program. */
export function secretKeys({ PULUMI_CONFIG_SECRET_KEYS: keys = "[]" }: ProcessEnvironment): string[] {
  return JSON.parse(keys) as string[];
}

/** Texts that no message may repeat: credentials of the environment, and configuration that is stored as a secret. */
export function secretTexts(config: Record<string, string>, environment: ProcessEnvironment): string[] {
  const credentials = Object.keys(environment).filter((name) => credentialName.test(name));
  const stored = secretKeys(environment).flatMap((key) => textsIn(config[key]));
  // A shorter one is no secret, and would take words out of every message.
  return [...credentials.flatMap((name) => environment[name] ?? []), ...stored].filter(
    (text) => text.length >= 8,
  );
}

/** A value of the configuration, and the texts in it where it is JSON. */
function textsIn(value: string | undefined): string[] {
  if (value === undefined) return [];
  try {
    return [value, ...leaves(JSON.parse(value))];
  } catch {
    return [value];
  }
}

function leaves(value: unknown): string[] {
  if (typeof value !== "object" || value === null) return [String(value)];
  return Object.entries(value).flatMap(([name, inner]) => [name, ...leaves(inner)]);
}

/** A message in which secrets are not shown, however the message quotes them. */
export function withoutSecrets(message: string, secrets: string[]): string {
  const inJson = (text: string) => JSON.stringify(text).slice(1, -1);
  const inShell = (text: string) => shellQuoted(`${text} `).slice(1, -2);
  // A value of the configuration may be JSON itself.
  const inValue = secrets.flatMap((text) => [text, inJson(text), inJson(inJson(text))]);
  const forms = new Set(inValue.flatMap((text) => [text, inShell(text)]));
  // The longest first: one may be a part of another.
  return [...forms]
    .sort((one, other) => other.length - one.length)
    .reduce((shown, text) => shown.replaceAll(text, "(not shown)"), message);
}
