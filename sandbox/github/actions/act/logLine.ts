import { collectorKey } from "./jobFile";

/** A line that act writes with `--json`, as far as it is read here. */
interface ActLine {
  msg?: string;
  level?: string;
  jobID?: string;
  command?: string;
  content?: string;
  raw_output?: boolean;
}

/** What a line of act means for the job. */
export interface Said {
  log?: string;
  summary?: string;
}

/** Reads one line of act's output; its own remarks are left out. */
export function readLine(line: string): Said {
  const said = parsed(line);
  if (said.jobID === collectorKey) return {};
  if (said.command === "summary") return { summary: said.content ?? "" };
  const text = (said.msg ?? "").replace(/\r?\n$/, "").trimEnd();
  if (said.raw_output) return { log: text };
  if (said.level === "error") return { log: `##[error]${text.trim()}` };
  if (text.startsWith("⭐ Run")) return { log: `##[group]${text.replace(/^⭐ /, "")}` };
  if (/^\s*(✅|❌|❗|🚧)/u.test(text)) return { log: text.trim() };
  return {};
}

function parsed(line: string): ActLine {
  try {
    return JSON.parse(line) as ActLine;
  } catch {
    return { msg: line, raw_output: true };
  }
}
