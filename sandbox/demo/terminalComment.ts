/** Longest folded part that is shown open, in lines: a reviewer would open a short one. */
const longestOpen = 24;

/**
 * A comment as lines for a terminal: what GitHub hides is left out, folded parts are indented below their summary, long
 * ones cut. What was already so before the pull request stays folded.
 */
export function terminalLines(markdown: string): string[] {
  const visible = markdown.replace(/<!--[^]*?-->\n*/g, "").trim();
  const lines: string[] = [];
  let folded: string[] | undefined;
  let isOfBefore = false;
  for (const line of visible.split("\n")) {
    const summary = /^<details[^>]*><summary>(.*)<\/summary>/.exec(line)?.[1];
    if (summary !== undefined) {
      isOfBefore ||= summary.startsWith("Already so");
      lines.push(`▸ ${plain(summary)}`);
      folded = [];
    } else if (line === "</details>") {
      if (!isOfBefore) lines.push(...shortened(folded ?? []));
      folded = undefined;
    } else if (folded) folded.push(line);
    else lines.push(plain(line));
  }
  return lines;
}

function shortened(lines: string[]): string[] {
  const text = lines.join("\n").trim().split("\n");
  const shown = text.slice(0, longestOpen).map((line) => `    ${line}`);
  const hidden = text.length - shown.length;
  return hidden > 0 ? [...shown, `    ... and ${String(hidden)} more lines`] : shown;
}

/** Without HTML, which only a browser shows. */
function plain(line: string): string {
  return line
    .replace(/<\/?(?:code|b|strong|sub|sup|br)\s*\/?>/g, "")
    .replace(/&lt;/g, "<")
    .replace(/&gt;/g, ">")
    .replace(/&amp;/g, "&");
}
