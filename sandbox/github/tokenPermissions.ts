import type { Access, Permissions } from "./actions/permissions";
import { Refusal } from "./refusal";
import type { Token } from "./store";

/** A permission of which any suffices. */
type Needed = [name: string, access: Exclude<Access, "none">][];

interface Rule {
  methods: RegExp;
  /** Of what follows /repos/{owner}/{repo}. */
  path: RegExp;
  /** None at all: no such token can do it. */
  needed: Needed;
}

const reading = /^(GET|HEAD)$/;
const writing = /^(POST|PUT|PATCH|DELETE)$/;

/**
 * What a token with permissions needs for a request, the first row that fits:
 * https://docs.github.com/rest/authentication/permissions-required-for-github-apps
 */
const rules: Rule[] = [
  { methods: reading, path: /^$/, needed: [["metadata", "read"]] },
  {
    methods: writing,
    path: /^(\/rulesets.*|\/actions\/permissions|\/environments\/.*)?$/,
    needed: [["administration", "write"]],
  },
  { methods: /^PUT$/, path: /^\/pulls\/\d+\/merge$/, needed: [["contents", "write"]] },
  { methods: reading, path: /^\/pulls/, needed: [["pull-requests", "read"]] },
  { methods: writing, path: /^\/pulls/, needed: [["pull-requests", "write"]] },
  {
    methods: reading,
    path: /^\/issues/,
    needed: [
      ["issues", "read"],
      ["pull-requests", "read"],
    ],
  },
  {
    methods: writing,
    path: /^\/issues/,
    needed: [
      ["issues", "write"],
      ["pull-requests", "write"],
    ],
  },
  {
    methods: writing,
    path: /^\/actions\/runs\/\d+\/pending_deployments$/,
    needed: [["deployments", "write"]],
  },
  { methods: reading, path: /^\/(actions|environments)/, needed: [["actions", "read"]] },
  { methods: writing, path: /^\/actions/, needed: [["actions", "write"]] },
  { methods: reading, path: /^\/(commits\/.+\/check-runs|check-runs)/, needed: [["checks", "read"]] },
  { methods: /./, path: /^\/branches\/.+\/protection/, needed: [["administration", "write"]] },
  { methods: reading, path: /^\/(rulesets|rules)/, needed: [["metadata", "read"]] },
  { methods: reading, path: /^\/hooks/, needed: [["repository-hooks", "read"]] },
  { methods: writing, path: /^\/hooks/, needed: [["repository-hooks", "write"]] },
  { methods: reading, path: /^\/(contents|commits|git|branches|releases)/, needed: [["contents", "read"]] },
  { methods: writing, path: /^\/(contents|git|releases)/, needed: [["contents", "write"]] },
];

/**
 * Refuses what the permissions of a job, of an app or of a fine-grained token do not cover; every other token passes.
 *
 * @param path of the request, from /repos on
 * @throws Refusal 403, or 404 for another repository, in GitHub's words
 */
export function requirePermission(
  { job, app, fineGrained }: Token,
  method: string,
  fullName: string,
  path: string,
): void {
  const held = (job ?? app ?? fineGrained)?.permissions;
  if (held === undefined) return;
  const reached = job ? [job.repository] : fineGrained?.repositories;
  if (reached?.includes(fullName) === false) throw new Refusal(404, "Not Found");
  const rest = path.slice(`/repos/${fullName}`.length);
  const rule = rules.find(({ methods, path: pattern }) => methods.test(method) && pattern.test(rest));
  const permissions: Permissions = { ...held, metadata: "read" };
  const granted = rule?.needed.some(
    ([name, access]) => permissions[name] === "write" || permissions[name] === access,
  );
  const kind = fineGrained ? "personal access token" : "integration";
  if (!granted) throw new Refusal(403, `Resource not accessible by ${kind}`);
}
