import { must } from "../attack";
import { type ManifestAttack, outsideOfCode, type SeenOverlay, stopped } from "./manifestAttack";

const inert =
  "all text of others is code without acting characters, in comment, summary and log (dryrun/report/inertText.ts)";

/** Stands in every hostile text: where it is not in code, something acts. */
const canary = "canary7f3a91";

/** What a text can hold that acts somewhere. */
const hostile = [
  `\`\`\`\n\n# ${canary}`,
  `@octo-org/${canary} #1`,
  `</details></code><img src=x onerror=alert(1)>${canary}`,
  `| ${canary} | ${canary} |`,
  `[${canary}](https://example.org/${canary})`,
  `https://example.org/${canary}`,
  `<!-- eks-dryrun-runner comment 1 head=${"a".repeat(40)} run=99999999999999 attempt=1 page=1/1 -->`,
  `::error::${canary}`,
  `::stop-commands::${canary}`,
  `##[error]${canary}`,
  `::set-output name=report::${canary}`,
  `\u001b[31m${canary}\u001b[0m\u0007\u202e`,
];

const json = (value: object) => JSON.stringify(value);
const resources = "resources: [a.yaml]\n";

function isInert({ job, log, comment }: SeenOverlay): string {
  const outside = outsideOfCode(comment);
  must(!outside.includes(canary), `text of the manifest stands outside of code: ${around(outside)}`);
  must(!/<(?:img|script)/.test(outside), "HTML of the manifest is in the comment");
  must(
    !comment.slice(1).includes("\n<!-- eks-dryrun-runner comment"),
    "a line of the manifest marks a comment",
  );
  // eslint-disable-next-line no-control-regex
  must(!/[\u001b\u0007\u202e]/.test(log), "the log has characters that act on a terminal");
  const commands = log.split("\n").filter((line) => new RegExp(`^\\S+ ##\\[error\\]${canary}`).test(line));
  must(commands.length === 0, `GitHub took a line of the manifest for a command: ${commands.join()}`);
  return `job ${String(job.conclusion)}; rendered, the comment has the text in code only; no escape in the log`;
}

function around(text: string): string {
  const at = text.indexOf(canary);
  return text.slice(Math.max(0, at - 80), at + 80);
}

/** Manifests whose texts would act where they are shown. */
export const textAttacks: ManifestAttack[] = [
  {
    name: "text-in-a-name",
    tries: "names of objects have line feeds, backticks, mentions, HTML, rows of a table, links",
    control: inert,
    files: () => ({
      "kustomization.yaml": resources,
      "a.yaml": hostile
        .map((text) =>
          json({ apiVersion: "v1", kind: "ConfigMap", metadata: { name: text, namespace: "default" } }),
        )
        .join("\n---\n"),
    }),
    check: (seen) => {
      must(seen.row.includes("would-fail"), `the comment says ${seen.row}`);
      must(seen.comment.includes(canary), "the names are not shown, so nothing is proven");
      return isInert(seen);
    },
  },
  {
    name: "text-in-a-difference",
    tries: "values have the same, the first line of our own comments, workflow commands and terminal escapes",
    control: inert,
    files: () => ({
      "kustomization.yaml": resources,
      "a.yaml": json({
        apiVersion: "v1",
        kind: "ConfigMap",
        metadata: { name: "texts", namespace: "default" },
        data: Object.fromEntries(hostile.map((text, at) => [`k${String(at)}`, text])),
      }),
    }),
    check: (seen) => {
      must(/changes|create/.test(seen.row), `the comment says ${seen.row}`);
      must(seen.comment.includes(canary), "the difference is not shown, so nothing is proven");
      return isInert(seen);
    },
  },
  {
    name: "text-in-a-kustomization",
    tries: "kustomize's own error quotes hostile text",
    control: inert,
    files: () => ({
      "kustomization.yaml": `resources: [${json(hostile).slice(1, -1)}]\n`,
    }),
    check: (seen) => {
      must(seen.row.includes("could not check"), `the comment says ${seen.row}`);
      return isInert(seen);
    },
  },
  {
    name: "text-without-end",
    tries: "differences of 6 MB flood the comment and the job's output",
    control:
      "bounded reports, comments of at most 65,536 characters, five of them (dryrun/report/pack.ts, committed/comment/pages.ts)",
    files: () => ({
      "kustomization.yaml": resources,
      "a.yaml": Array.from({ length: 30 }, (_, at) =>
        json({
          apiVersion: "v1",
          kind: "ConfigMap",
          metadata: { name: `flood-${String(at)}`, namespace: "default" },
          data: { text: Array.from({ length: 18_000 }, (__, line) => `line ${String(line)}`).join("\n") },
        }),
      ).join("\n---\n"),
    }),
    check: ({ row, job, pages }) => {
      must(row.includes("**30** create"), `the comment says ${row}`);
      must(job.conclusion === "success", `the job ended ${String(job.conclusion)}`);
      must(
        pages.length <= 5 && pages.every((page) => [...page].length <= 65_536),
        "the comments are too many or too long",
      );
      return `row complete; ${String(pages.length)} comments, the longest ${String(Math.max(...pages.map((page) => page.length)))} characters`;
    },
  },
];

const shown = "kustomize and kubectl read it once, and what is shown is what would be applied";

/** Manifests that a reviewer could read otherwise than the cluster. */
export const disguiseAttacks: ManifestAttack[] = [
  {
    name: "duplicate-keys",
    tries: "a field stands twice: the reviewer reads the first, the cluster the second",
    control: "kustomize refuses fields that stand twice",
    files: () => ({
      "kustomization.yaml": resources,
      "a.yaml":
        "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: twice, namespace: default}\ndata: {a: harmless}\ndata: {a: harm}\n",
    }),
    check: stopped(/already defined|does not render/),
  },
  {
    name: "anchors",
    tries: "an alias far below takes a value that an anchor far above hides",
    control: shown,
    files: () => ({
      "kustomization.yaml": resources,
      "a.yaml":
        "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: anchored, namespace: default, annotations: {note: &v real-value}}\ndata: {a: *v}\n",
    }),
    check: ({ row, comment }) => {
      must(row.includes("create"), `the comment says ${row}`);
      must(/\+ {2}a: real-value/.test(comment), "the difference does not show the value itself");
      return "the difference shows the value in the alias's place";
    },
  },
  {
    name: "odd-encoding",
    tries: "a manifest in UTF-16 shows nothing in a diff of git, and is read by kustomize",
    control: shown,
    files: () => ({
      "kustomization.yaml": resources,
      "a.yaml": Buffer.from(
        "\ufeffapiVersion: v1\nkind: ConfigMap\nmetadata: {name: hidden-from-git, namespace: default}\ndata: {a: seen-value}\n",
        "utf16le",
      ),
    }),
    check: ({ row, comment, said }) => {
      if (row.includes("could not check")) return `refused: ${said.slice(0, 200)}`;
      must(
        comment.includes("hidden-from-git") && /\+ {2}a: seen-value/.test(comment),
        "the object is not shown",
      );
      return "the object and its value are shown";
    },
  },
  {
    name: "name-that-climbs",
    tries: "names, namespaces and versions with .. and ? lead requests to other objects",
    control: "such objects are refused before a request is made (dryrun/check)",
    files: () => ({
      "kustomization.yaml": resources,
      "a.yaml": [
        { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "..", namespace: "default" } },
        { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "inside", namespace: ".." } },
        {
          apiVersion: "v1?dryRun=&x=",
          kind: "ConfigMap",
          metadata: { name: "queried", namespace: "default" },
        },
        { apiVersion: "../api/v1", kind: "Namespace", metadata: { name: "climbed" } },
      ]
        .map(json)
        .join("\n---\n"),
    }),
    check: ({ row, comment }) => {
      must(row.includes("**4** would-fail"), `the comment says ${row}`);
      must(comment.includes("may not be '.' or '..'"), "the reason is not shown");
      return "4 of 4 would-fail without a request";
    },
  },
];
