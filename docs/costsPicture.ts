import type { Estimate } from "../operations/cost/estimate";
import { parts, type Part } from "../operations/cost/lines";
import { total } from "../operations/cost/text";
import { costExample, exampleCommand } from "./costsExample";

const colours: Record<Part, string> = { computing: "#0969da", network: "#bf8700", GitHub: "#6e7781" };
const meanings: Record<Part, string> = {
  computing: "computing",
  network: "network",
  GitHub: "small jobs on GitHub",
};

const width = 860;
const names = 290;
const longest = 430;
const top = 56;
const row = 40;

/** The picture of the costs as SVG: a bar for each set-up. The same numbers give the same bytes. */
export function costsSvg(): string {
  const { all } = costExample();
  const height = top + row * all.length + 40;
  const scale = longest / Math.max(...all.map(({ usd }) => usd));
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${String(width)}" height="${String(height)}" viewBox="0 0 ${String(width)} ${String(height)}" font-family="Helvetica, Arial, sans-serif" font-size="13" fill="#1f2328" role="img">`,
    `<title>Cost in USD a month</title>`,
    `<desc>${all.map((one) => `${one.setup.name}: ${total(one)}`).join("; ")}</desc>`,
    `<rect width="100%" height="100%" fill="#ffffff"/>`,
    `<text x="16" y="28" font-weight="bold">USD a month</text>`,
    ...legend(),
    ...all.flatMap((estimate, index) => bar(estimate, top + index * row, scale)),
    `<text x="16" y="${String(height - 14)}" font-size="11" fill="#57606a">${exampleCommand}</text>`,
    `</svg>`,
    "",
  ].join("\n");
}

function legend(): string[] {
  return parts.flatMap((part, index) => {
    const x = names + index * 130;
    return [
      `<rect x="${String(x)}" y="17" width="12" height="12" fill="${colours[part]}"/>`,
      `<text x="${String(x + 18)}" y="28">${meanings[part]}</text>`,
    ];
  });
}

function bar(estimate: Estimate, y: number, scale: number): string[] {
  const weight = estimate.setup.id === "codebuild" ? ' font-weight="bold"' : "";
  let x = names;
  const pieces = parts.map((part) => {
    const length = Math.max(0, estimate.parts[part]) * scale;
    const piece = `<rect x="${x.toFixed(1)}" y="${String(y)}" width="${length.toFixed(1)}" height="22" fill="${colours[part]}"/>`;
    x += length;
    return piece;
  });
  const baseline = String(y + 16);
  return [
    `<text x="16" y="${baseline}"${weight}>${estimate.setup.name}</text>`,
    ...pieces,
    `<text x="${(x + 8).toFixed(1)}" y="${baseline}"${weight}>${total(estimate)}</text>`,
  ];
}
