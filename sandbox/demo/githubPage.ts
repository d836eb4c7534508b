import MarkdownIt from "markdown-it";
import { githubStyle } from "./githubStyle";

/**
 * A page that shows Markdown as GitHub shows a comment or a job's summary: alerts, folded details, coloured diffs, tables,
 * and no HTML but that which GitHub leaves in.
 *
 * @returns HTML in one file, light or dark as the reader's browser is
 */
export function githubPage(markdown: string, title: string): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>${escaped(title)}</title>
<style>
${githubStyle}</style>
</head>
<body>
<header>${escaped(title)}</header>
<article>
${reader.render(markdown)}</article>
</body>
</html>
`;
}

const reader = new MarkdownIt({
  html: true,
  linkify: true,
  highlight: (code, language) => (language === "diff" ? colouredDiff(code) : ""),
});
const { escapeHtml: escaped } = reader.utils;

reader.core.ruler.push("alerts", ({ tokens }) => {
  tokens.forEach((token, index) => {
    const [paragraph, text] = tokens.slice(index + 1, index + 3);
    if (token.type !== "blockquote_open" || paragraph?.type !== "paragraph_open" || !text) return;
    // https://docs.github.com/en/get-started/writing-on-github/getting-started-with-writing-and-formatting-on-github/basic-writing-and-formatting-syntax#alerts
    const [marker, kind] = /^\[!(NOTE|TIP|IMPORTANT|WARNING|CAUTION)\]\n/.exec(text.content) ?? [];
    if (!marker || !kind) return;
    token.attrSet("class", `alert ${kind.toLowerCase()}`);
    token.attrSet("data-title", `${kind.charAt(0)}${kind.slice(1).toLowerCase()}`);
    // The marker and the line's end behind it are tokens of their own.
    const end = text.children?.findIndex(({ type }) => type === "softbreak") ?? -1;
    text.children?.splice(0, end + 1);
  });
});

/** What can stand in a comment, of what reports and comments use. GitHub sanitizes all else away: https://github.com/github/markup#github-markup */
const allowedTag =
  /^<\/?(?:details|summary|code|pre|b|strong|i|em|br|hr|p|sub|sup|kbd|table|thead|tbody|tr|th|td)\s*\/?>$/i;

for (const rule of ["html_block", "html_inline"]) {
  reader.renderer.rules[rule] = (tokens, index) =>
    (tokens[index]?.content ?? "")
      .replace(/<!--[^]*?-->/g, "")
      .replace(/<[^>]*>?/g, (tag) => (allowedTag.test(tag) ? tag : ""));
}

function colouredDiff(code: string): string {
  const classes: Record<string, string> = { "+": "added", "-": "removed", "@": "hunk" };
  const lines = code.replace(/\n$/, "").split("\n");
  return lines
    .map((line) => {
      const name = classes[line.charAt(0)];
      return name ? `<span class="${name}">${escaped(line)}</span>` : escaped(line);
    })
    .join("\n");
}
