/** GitHub's look, as far as reports and comments use it: colours of Primer, light and dark. */
export const githubStyle = `:root {
  color-scheme: light dark;
  --text: #1f2328; --muted: #59636e; --page: #f6f8fa; --paper: #ffffff; --line: #d1d9e0; --code: #818b981f; --block: #f6f8fa;
  --note: #0969da; --tip: #1a7f37; --important: #8250df; --warning: #9a6700; --caution: #d1242f;
  --added: #116329; --added-paper: #dafbe1; --removed: #82071e; --removed-paper: #ffebe9; --hunk: #8250df;
}
@media (prefers-color-scheme: dark) {
  :root {
    --text: #f0f6fc; --muted: #9198a1; --page: #010409; --paper: #0d1117; --line: #3d444d; --code: #656c7633; --block: #151b23;
    --note: #4493f8; --tip: #3fb950; --important: #ab7df8; --warning: #d29922; --caution: #f85149;
    --added: #aff5b4; --added-paper: #033a16; --removed: #ffdcd7; --removed-paper: #67060c; --hunk: #d2a8ff;
  }
}
body {
  margin: 0; padding: 24px; background: var(--page); color: var(--text);
  font: 14px/1.5 -apple-system, BlinkMacSystemFont, "Segoe UI", "Noto Sans", Helvetica, Arial, sans-serif;
}
header, article { max-width: 960px; margin: 0 auto; box-sizing: border-box; border: 1px solid var(--line); }
header {
  padding: 8px 16px; border-radius: 6px 6px 0 0; border-bottom: 0; background: var(--block); color: var(--muted); font-weight: 600;
}
article { padding: 16px 24px; border-radius: 0 0 6px 6px; background: var(--paper); overflow-wrap: break-word; }
article > :first-child { margin-top: 0; }
article > :last-child { margin-bottom: 0; }
h2 { margin: 24px 0 16px; padding-bottom: .3em; border-bottom: 1px solid var(--line); font-size: 1.5em; line-height: 1.25; }
h3 { margin: 24px 0 16px; font-size: 1.25em; line-height: 1.25; }
p, ul, table, pre, blockquote, details { margin: 0 0 16px; }
ul { padding-left: 2em; }
li + li { margin-top: .25em; }
a { color: var(--note); }
summary { cursor: pointer; }
details > :nth-child(2) { margin-top: 8px; }
code, pre { font: 12px/1.45 ui-monospace, SFMono-Regular, "SF Mono", Menlo, Consolas, "Liberation Mono", monospace; }
:not(pre) > code { padding: .2em .4em; border-radius: 6px; background: var(--code); white-space: break-spaces; }
pre { padding: 16px; border-radius: 6px; background: var(--block); overflow: auto; }
pre span { display: inline-block; min-width: 100%; }
.added { color: var(--added); background: var(--added-paper); }
.removed { color: var(--removed); background: var(--removed-paper); }
.hunk { color: var(--hunk); font-weight: 600; }
table { display: block; width: max-content; max-width: 100%; overflow: auto; border-collapse: collapse; }
th, td { padding: 6px 13px; border: 1px solid var(--line); text-align: left; }
th { font-weight: 600; }
tr:nth-child(2n) td { background: var(--block); }
blockquote { padding: 0 1em; border-left: .25em solid var(--line); color: var(--muted); }
.alert { padding: 8px 16px; color: inherit; border-left-color: var(--kind); }
.alert::before { content: attr(data-title); display: block; margin-bottom: 8px; color: var(--kind); font-weight: 500; }
.alert > :last-child { margin-bottom: 0; }
.note { --kind: var(--note); }
.tip { --kind: var(--tip); }
.important { --kind: var(--important); }
.warning { --kind: var(--warning); }
.caution { --kind: var(--caution); }
`;
