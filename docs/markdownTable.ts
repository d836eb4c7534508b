/** A table of Markdown; prettier aligns it. */
export function markdownTable(head: string[], rows: string[][]): string {
  return [head, head.map(() => "---"), ...rows].map(markdownRow).join("\n");
}

function markdownRow(cells: string[]): string {
  return `| ${cells.map((cell) => cell.replaceAll("|", String.raw`\|`)).join(" | ")} |`;
}
