/**
 * Makes every tool that the tests run and npm does not install, before the tests: building one takes longer than a test
 * may. `npm test` runs it; what is in the user's cache already costs a moment.
 */
import { messageOf } from "./error";
import { ensureKubectl, kubectlMinors } from "./toolchain/kubectl";
import { ensureToolchain } from "./toolchain/toolchain";

const say = (line: string) => {
  console.log(line);
};

async function prepare(): Promise<void> {
  // Downloads, for which no processor is needed, beside builds.
  await Promise.all([ensureToolchain(say), ensureKubectls()]);
}

async function ensureKubectls(): Promise<void> {
  for (const minor of kubectlMinors) await ensureKubectl(minor, say);
}

prepare().catch((error: unknown) => {
  console.error(messageOf(error));
  process.exitCode = 1;
});
