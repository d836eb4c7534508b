import type { SettingsTable } from "../stacks/settingsReader";
import { settingsTable, type Setting } from "../stacks/settingsTable";
import { markdownTable } from "./markdownTable";

interface Row {
  key: string;
  type: string;
  default: string;
  /** What it is for, and what it must look like. */
  meaning: string;
  example: string;
}

/** Keys of the AWS provider that the program checks too (stacks/settingsChecks.ts). */
const providerKeys: Row[] = [
  {
    key: "aws:region",
    type: "string",
    default: "required",
    meaning: "The region of the stack, the same as in `stacks/environments.ts`.",
    example: "ap-northeast-1",
  },
  {
    key: "aws:allowedAccountIds",
    type: "array of strings",
    default: "required",
    meaning: "The AWS accounts that the stack may touch. In any other the update stops.",
    example: '["123456789012"]',
  },
];

/** The table of all settings of the stacks as Markdown, for the README. */
export function settingsMarkdown(): string {
  return tableMarkdown(settingsTable, providerKeys);
}

/** A table of settings as Markdown, with rows on top of it. */
export function tableMarkdown(table: SettingsTable, more: Row[] = []): string {
  const rows = [...Object.entries(table).map(([name, setting]) => settingRow(name, setting)), ...more];
  return markdownTable(
    ["Key", "Type", "Default", "Meaning", "Example"],
    rows.map(({ key, type, default: value, meaning, example }) => [
      `\`${key}\``,
      type,
      value,
      meaning,
      `\`${example}\``,
    ]),
  );
}

function settingRow(name: string, setting: Setting<unknown>): Row {
  const { type, description, expected, example, secret } = setting;
  return {
    key: name,
    type: secret ? `${type}, secret` : type,
    default: defaultOf(setting),
    meaning: `${description}<br>Expected: ${expected.replaceAll("<", "&lt;")}.`,
    example,
  };
}

function defaultOf({ schema }: Setting<unknown>): string {
  const result = schema.safeParse(undefined);
  if (!result.success) return "required";
  const { data } = result;
  if (data === undefined) return "none";
  return `\`${typeof data === "string" ? data : JSON.stringify(data)}\``;
}
