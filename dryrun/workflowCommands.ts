import { randomUUID } from "node:crypto";
import { visible } from "./report/inertText";

// https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands

/** A line that GitHub shows as an error or a warning of the job. */
export function annotation(level: "error" | "warning", text: string): string {
  return `::${level}::${visible(text).replaceAll("%", "%25").replaceAll("\r", "%0D").replaceAll("\n", "%0A")}`;
}

/** A foldable part of the log. The text is of others, and must not be able to give GitHub commands of its own. */
export function group(title: string, text: string): string {
  const token = randomUUID();
  return [`::group::${title}`, `::stop-commands::${token}`, text, `::${token}::`, "::endgroup::"].join("\n");
}
