import { framed, type Section } from "../../dryrun/report/section";

/**
 * Longest text of a comment, in UTF-16 units. GitHub takes 65,536 characters, of which these are as many at least; the
 * rest is for the line that says what a comment is, for numbers of pages, and for a note that it is stale.
 */
export const longestPage = 64_000;

/** Most comments of a run. What does not fit is in the summary of the job. */
export const mostPages = 5;

/**
 * Cuts a text to comments, between items.
 * @param title stands at the top of the second page and those after it, before their numbers.
 * @param rest where all of it can be read, as Markdown.
 */
export function pagesOf(
  { head, sections }: { head: string; sections: Section[] },
  { title, rest, longest = longestPage, most = mostPages }: Limits,
): string[] {
  const pages: string[][] = [[head]];
  let room = longest - head.length;
  let leftOut = 0;
  for (const section of sections) {
    let items: string[] = [];
    const close = () => {
      if (items.length > 0) pages.at(-1)?.push(framed(section, items, section.items.length));
      items = [];
    };
    for (const item of section.items) {
      const needed = () =>
        item.length + section.separator.length + (items.length === 0 ? frameOf(section).length : 0);
      if (frameOf(section).length + item.length + overhead > longest) {
        leftOut += 1;
        continue;
      }
      if (needed() + overhead > room) {
        if (pages.length === most) {
          leftOut += 1;
          continue;
        }
        close();
        pages.push([]);
        room = longest;
      }
      room -= needed();
      items.push(item);
    }
    close();
  }
  if (leftOut > 0) {
    pages[0]?.splice(
      1,
      0,
      `**${String(leftOut)}** objects or differences are too long for comments: ${rest} has them.`,
    );
  }
  return pages.map((parts, index) => {
    const number = `page ${String(index + 1)} of ${String(pages.length)}`;
    const top = index === 0 ? [] : [`## ${title}, ${number}`];
    const end = pages.length > 1 && index === 0 ? [`${title}: ${number}, more below.`] : [];
    return `${[...top, ...parts.map((part) => part.trim()), ...end].join("\n\n")}\n`;
  });
}

interface Limits {
  title: string;
  rest: string;
  longest?: number;
  most?: number;
}

/** Room for what is put around the parts of a page. */
const overhead = 600;

function frameOf(section: Section): string {
  return framed(section, [], section.items.length);
}
