import { Hono } from "hono";
import { z } from "zod";
import { inputProblem, withDefaults } from "../actions/inputs";
import { refTrigger, workflowFiles } from "../actions/triggers";
import { readWorkflow } from "../actions/workflowFile";
import { body, type Environment, type GitHubContext } from "../context";
import { notFound, Refusal } from "../refusal";

/** Workflows that are started by hand: https://docs.github.com/rest/actions/workflows#create-a-workflow-dispatch-event */
export const workflows = new Hono<Environment>();

const request = z.strictObject({
  ref: z.string(),
  inputs: z.record(z.string(), z.union([z.string(), z.boolean(), z.number()])).optional(),
});

workflows.post("/actions/workflows/:workflow/dispatches", async (c) => {
  const { repository, service, token } = c.var;
  const path = `.github/workflows/${c.req.param("workflow")}`;
  // Only what the default branch has is a workflow that can be named.
  const known = await workflowFiles(repository, await repository.defaultBranch());
  if (!known.some(([name]) => name === path)) throw notFound();
  const { ref: name, inputs = {} } = await body(c, request);
  const { ref, sha } = await refNamed(c, name);
  const text = (await workflowFiles(repository, sha)).find(([file]) => file === path)?.[1];
  if (text === undefined) throw notFound();
  const trigger = (await readWorkflow(path, text)).events.workflow_dispatch;
  // https://github.com/cli/cli/issues/5570
  if (!trigger) throw new Refusal(422, "Workflow does not have 'workflow_dispatch' trigger");
  const definitions = trigger.inputs ?? {};
  const problem = inputProblem(definitions, inputs);
  if (problem !== undefined) throw new Refusal(422, problem);
  // In the event all of them are texts.
  const texts = Object.entries(withDefaults(definitions, inputs)).map(([key, value]) => [key, String(value)]);
  const payload = { ref, workflow: path, inputs: Object.fromEntries(texts) as Record<string, string> };
  const started = refTrigger("workflow_dispatch", payload, { ref, sha });
  await service.actions.dispatch(repository, token.login, started, path);
  return c.body(null, 204);
});

async function refNamed(c: GitHubContext, name: string): Promise<{ ref: string; sha: string }> {
  for (const ref of name.startsWith("refs/") ? [name] : [`refs/heads/${name}`, `refs/tags/${name}`]) {
    const sha = await c.var.repository.object(`${ref}^{commit}`);
    if (sha !== undefined) return { ref, sha };
  }
  throw new Refusal(422, `No ref found for: ${name}`);
}
