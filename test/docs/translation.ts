import { diffArrays } from "diff";
import MarkdownIt from "markdown-it";
import { anchor, headings } from "./markdown";

const parser = new MarkdownIt({ html: true });
parser.normalizeLink = (url) => url;
type Token = ReturnType<typeof parser.parse>[number];

/** What has a counterpart in a translation: a heading, a paragraph, an item of a list, a row of a table, a code block. */
interface Block {
  /** The heading it stands below. */
  section: string;
  /** What is the same in every language, as a person can read it. */
  same: string;
  /** What has to be translated; of a row, in each cell. */
  words: string[];
  /** Headings of the page that it links to, by their position. */
  leadsTo: number[];
}

/** Where a translation differs from its page: what it lacks, and what it alone has. */
export function differences(page: string, translation: string): string[] {
  const [ours, theirs] = [blocks(page), blocks(translation)];
  const parts = diffArrays(ours, theirs, { comparator: (a, b) => a.same === b.same });
  const found = parts.flatMap(({ added, removed, value }) => {
    if (!added && !removed) return [];
    return value.map(described(removed ? "is lacking in the translation" : "is in the translation only"));
  });
  if (found.length > 0) return found;
  return theirs
    .filter(({ leadsTo }, index) => String(leadsTo) !== String(ours[index]?.leadsTo))
    .map(described("links to another section in the translation"));
}

const described =
  (problem: string) =>
  ({ section, same, words }: Block) =>
    `"${section}": ${problem}: ${same} (${words.join(" | ").slice(0, 80)})`;

/** Pieces of a Japanese page that are in English, or that show the marks of Markdown. */
export function untranslated(page: string): string[] {
  const [, ...rest] = blocks(page);
  return rest.flatMap(({ section, same, words }) =>
    words
      .filter((text) => isEnglish(text, same.startsWith("tr")) || /\*\*|`|[０-９Ａ-Ｚａ-ｚ]/.test(text))
      .map((text) => `"${section}": ${text}`),
  );
}

function blocks(page: string): Block[] {
  const anchors = headings(page).map(({ title }) => `#${anchor(title)}`);
  const found: Block[] = [];
  const open: string[] = [];
  let cells: Token[] | undefined;
  let section = "";
  for (const token of parser.parse(page, {})) {
    if (token.nesting === 1) open.push(token.tag);
    if (token.nesting === -1) open.pop();
    if (token.type === "tr_open") cells = [];
    if (token.type === "inline" && /^h\d$/.test(open.at(-1) ?? "")) section = token.content;
    if (token.type === "inline" && cells) cells.push(token);
    else if (token.type === "inline") found.push(block(section, open.join(" "), [token], anchors));
    if (token.type === "tr_close") found.push(block(section, "tr", cells ?? [], anchors));
    if (token.type === "tr_close") cells = undefined;
    if (["fence", "html_block"].includes(token.type)) {
      found.push({ section, same: `${token.type} ${token.info}\n${token.content}`, words: [], leadsTo: [] });
    }
  }
  return found;
}

function block(section: string, kind: string, parts: Token[], anchors: string[]): Block {
  const children = parts.map((part) => part.children ?? []);
  const same = children.map((part) => constants(part).sort().join(" "));
  return {
    section,
    same: `${kind}: ${same.join(" | ")}`,
    words: children.map(words),
    leadsTo: children
      .flat()
      .map((child) => attribute(child, "href"))
      .filter((target) => target.startsWith("#"))
      .map((target) => anchors.indexOf(target)),
  };
}

function attribute(token: Token, name: string): string {
  return String(token.attrGet(name) ?? "");
}

/** Code, addresses, numbers and bold type. */
function constants(children: Token[]): string[] {
  return children
    .flatMap((child) => {
      if (child.type === "code_inline") return [`\`${child.content}\``];
      if (child.type === "link_open") return [`(${attribute(child, "href").replace(/^#.*/, "#")})`];
      if (child.type === "image") return [`!(${attribute(child, "src")})`];
      return child.type === "strong_open" ? ["**"] : [];
    })
    .concat(numbers(children.map(({ type, content }) => (type === "code_inline" ? "" : content)).join(" ")));
}

const spelled = Object.entries({
  two: "2",
  "three|thirds?": "3",
  four: "4",
  five: "5",
  eight: "8",
  hexadecimal: "16",
  twenty: "20",
  "half a minute": "30",
  thousand: "1,000",
});

/** Numbers in digits or in words, without 1, for which English has too many words. */
function numbers(text: string): string[] {
  const inDigits = spelled.reduce(
    (sofar, [words, digits]) => sofar.replace(new RegExp(`\\b(?:${words})\\b`, "gi"), digits),
    text,
  );
  return (inDigits.match(/\d+(?:[.,]\d+)*/g) ?? []).filter((number) => number !== "1");
}

/** What is neither code nor bold: names on a page of GitHub or AWS are bold, and stay. */
function words(children: Token[]): string {
  let bold = 0;
  return children
    .map(({ type, content }) => {
      if (type === "strong_open") bold++;
      if (type === "strong_close") bold--;
      return (type === "text" && bold === 0) || type === "image" ? content : "";
    })
    .join(" ");
}

/** Four English words beside each other, or none in Japanese. What a program says is quoted, and stays. */
function isEnglish(text: string, isRow: boolean): boolean {
  const unquoted = text.replace(/「[^」]*」/g, "");
  if (/[a-z]+(?:,? [a-z]+){3}/i.test(unquoted)) return true;
  return (
    !isRow &&
    /[a-z]{2}/i.test(unquoted) &&
    !/[\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Han}]/u.test(text)
  );
}
