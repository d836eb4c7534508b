import type { SettingsTable } from "../stacks/settingsReader";
import { settingsTable, type Setting } from "../stacks/settingsTable";
import { inEnglish, type Say } from "./japanese";
import { markdownTable } from "./markdownTable";

interface Row {
  key: string;
  type: string;
  default: string;
  meaning: string;
  /** What a value must look like, where the table says it. */
  expected?: string;
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

/** The table of all settings of the stacks as Markdown, for the README of a language. */
export function settingsMarkdown(say: Say): string {
  return tableMarkdown(settingsTable, providerKeys, say);
}

/** A table of settings as Markdown, with rows below it. */
export function tableMarkdown(table: SettingsTable, more: Row[] = [], say = inEnglish): string {
  const rows = [...Object.entries(table).map(([name, setting]) => settingRow(name, setting)), ...more];
  return markdownTable(
    ["Key", "Type", "Default", "Meaning", "Example"].map(say),
    rows.map((row) => [
      `\`${row.key}\``,
      say(row.type),
      row.default.startsWith("`") ? row.default : say(row.default),
      meaningOf(row, say),
      `\`${row.example}\``,
    ]),
  );
}

function meaningOf({ meaning, expected }: Row, say: Say): string {
  if (expected === undefined) return say(meaning);
  return `${say(meaning)}<br>${say(`Expected: ${expected}.`).replaceAll("<", "&lt;")}`;
}

function settingRow(name: string, setting: Setting<unknown>): Row {
  const { type, description, expected, example, secret } = setting;
  return {
    key: name,
    type: secret ? `${type}, secret` : type,
    default: defaultOf(setting),
    meaning: description,
    expected,
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
