import { CORE_SCHEMA, load } from "js-yaml";
import type { World } from "./world";
import { changedFields } from "./fields";

/** What kubectl says of one object alone. */
export interface Oracle {
  verdict: "create" | "change" | "unchanged" | "refused";
  /** Fields that would change, without noise. */
  fields: string[];
  /** What the cluster has. */
  live?: object;
  /** What it would have, as `kubectl diff` shows it, and as `kubectl apply` does. */
  compared?: object;
  applied?: object;
  /** What kubectl printed, for people. */
  said: string;
}

/** Fields that the server and kubectl keep for themselves: a change of them is not the manifest's. */
const noise = [
  /^\/metadata\/(?:generation|managedFields|resourceVersion)(?:\/|$)/,
  /^\/metadata\/annotations\/kubectl\.kubernetes\.io\/last-applied-configuration$/,
];

/** Asks `kubectl apply --dry-run=server` whether an object would be taken, and `kubectl diff` what would change. */
export async function askOracle(world: World, text: string, isThere: boolean): Promise<Oracle> {
  const [applied, compared] = await Promise.all([
    world.run(["apply", "--dry-run=server", "--output=json", "--filename=-"], text),
    // All of both sides as context, so that the objects can be read from it.
    world.run(["diff", "--filename=-"], text, { KUBECTL_EXTERNAL_DIFF: "diff -N -U999999" }),
  ]);
  const said = `apply: ${applied.stdout.slice(0, 3000)}${applied.stderr}\ndiff: ${compared.stdout.slice(0, 3000)}${compared.stderr}`;
  if (applied.exitCode !== 0) return { verdict: "refused", fields: [], said };
  if (compared.exitCode > 1)
    throw new Error(`kubectl apply takes what kubectl diff does not:\n${said}\n${text}`);
  if (compared.exitCode === 0) return { verdict: "unchanged", fields: [], said };
  const live = side(compared.stdout, "-");
  const merged = side(compared.stdout, "+");
  const fields = changedFields(live, merged).filter((path) => !noise.some((pattern) => pattern.test(path)));
  const verdict = isThere ? (fields.length > 0 ? "change" : "unchanged") : "create";
  return {
    verdict,
    fields,
    live: isThere ? live : undefined,
    compared: merged,
    applied: JSON.parse(applied.stdout) as object,
    said,
  };
}

/** One side of a unified difference whose context is everything. */
function side(difference: string, sign: "-" | "+"): object | undefined {
  const text = difference
    .split("\n")
    .filter(
      (line) =>
        !/^(?:diff |--- |\+\+\+ |@@ |\\ )/.test(line) && (line.startsWith(sign) || line.startsWith(" ")),
    )
    .map((line) => line.slice(1))
    .join("\n");
  return load(text || "null", { schema: CORE_SCHEMA }) ?? undefined;
}
