import { settingsTable, type SettingName } from "../stacks/settingsTable";
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

/** The table of all settings as Markdown, for the README. */
export function settingsMarkdown(): string {
  const names = Object.keys(settingsTable) as SettingName[];
  const rows = [...names.map(settingRow), ...providerKeys];
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

function settingRow(name: SettingName): Row {
  const { type, description, expected, example } = settingsTable[name];
  return {
    key: name,
    type,
    default: defaultOf(name),
    meaning: `${description}<br>Expected: ${expected.replaceAll("<", "&lt;")}.`,
    example,
  };
}

function defaultOf(name: SettingName): string {
  const result = settingsTable[name].schema.safeParse(undefined);
  if (!result.success) return "required";
  const { data } = result;
  if (data === undefined) return "none";
  return `\`${typeof data === "string" ? data : JSON.stringify(data)}\``;
}
