import { always, patchTypes, type Attack, type Control } from "./attack";
import { collectionPath, objectOf, targetKind, targetPath } from "./kinds";

const policy = always("policy");
const server = always("server");
const allowed = always("allowed dry run");

/** Ways to say dry-run in the query, right and wrong, and who must answer a create or patch that says so. */
const queries: [query: string, control: { shipped: Control; everything: Control }][] = [
  ["dryRun=All&dryRun=All", allowed],
  ["dryRun=%41ll", allowed],
  ["%64ryRun=All", allowed],
  // Values that the server does not know.
  ["dryRun=all", server],
  ["dryRun=ALL", server],
  ["dryRun=true", server],
  ["dryRun=1", server],
  ["dryRun=None", server],
  ["dryRun=All,All", server],
  ["dryRun=All%00", server],
  ["dryRun=%20All", server],
  ["dryRun=[%22All%22]", server],
  ["dryRun=All&dryRun=None", server],
  ["dryRun=None&dryRun=All", server],
  ["dryRun", server],
  ["dryRun=", server],
  // Not the parameter: a real write.
  ["dryrun=All", policy],
  ["DryRun=All", policy],
  ["DRYRUN=All", policy],
  ["dry-run=All", policy],
  ["dry_run=server", policy],
  ["dryRun[]=All", policy],
  ["dryRun[0]=All", policy],
  ["dryRun%20=All", policy],
  ["%20dryRun=All", policy],
  ["options.dryRun=All", policy],
  ["pretty=true;dryRun=All", policy],
  ["pretty=dryRun%3DAll", policy],
];

/** Every way to say dry-run, on a create and a patch of two kinds that the role grants. */
export function dryRunFormAttacks(): Attack[] {
  return ["configmaps", "deployments"].flatMap((resource) => {
    const kind = targetKind(resource);
    const create = { method: "POST", body: objectOf(kind, "another") };
    const patch = {
      method: "PATCH",
      headers: { "content-type": patchTypes.merge },
      body: { metadata: { labels: { a: "b" } } },
    };
    return [
      ...queries.flatMap(([query, controls]): Attack[] => [
        { ...create, path: `${collectionPath(kind)}?${query}`, controls },
        { ...patch, path: `${targetPath(kind)}?${query}`, controls },
      ]),
      ...elsewhere(create, collectionPath(kind)),
      ...elsewhere(patch, targetPath(kind)),
    ];
  });
}

/** Dry-run said where it does not count. */
function elsewhere(request: Pick<Attack, "method" | "headers" | "body">, path: string): Attack[] {
  const body = request.body as Record<string, unknown>;
  return [
    { ...request, path, note: "dry run in the body", body: { ...body, dryRun: ["All"] }, controls: policy },
    {
      ...request,
      path,
      note: "dry run in a header",
      headers: { ...request.headers, "dry-run": "All" },
      controls: policy,
    },
    { ...request, path: `${path}?fieldValidation=Ignore&fieldManager=dryRun`, controls: policy },
    {
      ...request,
      path: `${path}%3FdryRun=All`,
      note: "dry run in the path",
      controls: request.method === "POST" ? always("RBAC") : server,
    },
  ];
}
