import { randomUUID } from "node:crypto";
import type { JobMessage } from "../executor";

/** Label of the one machine that the generated workflow knows. */
export const machineLabel = "sandbox";

/** Variable of act that holds the `needs` context as JSON. */
export const needsVariable = "SANDBOX_NEEDS";

/** Variable of act that holds the `inputs` context as JSON: act knows those of its own workflow only. */
export const inputsVariable = "SANDBOX_INPUTS";

/** Variable of act that holds the results of the needed jobs. */
export const resultsVariable = "SANDBOX_RESULTS";

/** Job that writes down what the real one came to. */
export const collectorKey = "sandbox-collector";

/** What the scheduler has evaluated or does itself. */
const decided = new Set([
  "concurrency",
  "continue-on-error",
  "environment",
  "if",
  "name",
  "needs",
  "permissions",
  "runs-on",
  "strategy",
  "timeout-minutes",
]);

/**
 * A workflow with this one job, for act. The jobs that it needs have long ended: their results stand in a variable,
 * since act would let nobody say that a job was cancelled or skipped.
 *
 * @param resultFile gets result and outputs as JSON
 * @returns JSON, in which no YAML parser can take a text for a number
 */
export function jobFile(message: JobMessage, resultFile: string): string {
  const parts = Object.entries(message.job).filter(([name]) => !decided.has(name));
  const end = `END-${randomUUID()}`;
  const hasMatrix = Object.keys(message.matrix).length > 0;
  return JSON.stringify({
    name: message.workflow.name,
    on: message.github.event_name,
    ...(message.workflow.env === undefined ? {} : { env: withContexts(message.workflow.env) }),
    ...(message.workflow.defaults === undefined ? {} : { defaults: message.workflow.defaults }),
    jobs: {
      [message.key]: {
        "runs-on": machineLabel,
        ...(hasMatrix ? { strategy: { matrix: { include: [message.matrix] } } } : {}),
        ...(withContexts(Object.fromEntries(parts)) as object),
      },
      [collectorKey]: {
        "runs-on": machineLabel,
        needs: message.key,
        if: "always()",
        steps: [
          {
            shell: "bash",
            run: `cat > '${resultFile}' <<'${end}'\n\${{ toJSON(needs) }}\n${end}\n`,
          },
        ],
      },
    },
  });
}

/** The same value, in which every expression takes the `needs` and `inputs` contexts from the variables. */
function withContexts(value: unknown, key?: string): unknown {
  if (typeof value === "string") {
    if (key === "if" && !value.includes("${{")) return inExpression(value);
    return value.replace(
      /\$\{\{((?:'(?:[^']|'')*'|[^'])*?)\}\}/g,
      (_, expression: string) => `\${{${inExpression(expression)}}}`,
    );
  }
  if (Array.isArray(value)) return value.map((item) => withContexts(item));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, withContexts(item, name)]));
}

/** act finds nothing by `needs.*.result` in an object: the results have a variable of their own. */
function inExpression(expression: string): string {
  return expression.replace(
    /'(?:[^']|'')*'|(\.\s*)?\b[A-Za-z_][\w-]*(\s*\.\s*\*(?:\s*\.\s*[\w-]+)?)?/g,
    (token: string, dot: string | undefined, rest?: string) => {
      const filter = rest ?? "";
      const name = token.slice(0, token.length - filter.length).toLowerCase();
      if (dot !== undefined || (name !== "needs" && name !== "inputs")) return token;
      if (filter === "" && name === "inputs") return `fromJSON(vars.${inputsVariable})`;
      if (filter === "") return `fromJSON(vars.${needsVariable})`;
      if (name === "needs" && filter.replace(/\s/g, "") === ".*.result")
        return `fromJSON(vars.${resultsVariable})`;
      throw new Error(`act cannot evaluate ${token}: only needs.*.result is there in the sandbox's GitHub.`);
    },
  );
}
