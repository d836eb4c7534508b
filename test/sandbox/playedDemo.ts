import { readFileSync } from "node:fs";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { execa } from "execa";
import { checkout, SandboxFolder } from "../../sandbox/folder";
import { reset } from "../../sandbox/lifecycle";

/** A demo that came to its end. */
export interface PlayedDemo {
  /** Its sandbox, of which the files are still there. */
  folder: SandboxFolder;
  /** What it says in one of its parts. @param title text of the part's title */
  part: (title: string) => string;
  /** The page that it wrote. */
  page: () => string;
  forget: () => Promise<void>;
}

/**
 * Plays a demo as a person starts it.
 * @throws Error with all that it said, unless it ends well
 */
export async function playDemo(name: string, ...options: string[]): Promise<PlayedDemo> {
  const folder = SandboxFolder.named(name);
  const page = join(checkout, ".sandbox", `${name}.html`);
  const forget = async () => {
    await reset(folder);
    await rm(page, { force: true });
  };
  const { exitCode, all } = await execa(
    "npm",
    ["run", "--silent", "demo", "--", ...options, "--keep", "--name", name],
    { cwd: checkout, all: true, reject: false, stdin: "ignore" },
  );
  if (exitCode !== 0) {
    await forget();
    throw new Error(all);
  }
  return {
    folder,
    part: (title) => all.split("\n== ").find((one) => one.split("\n", 1)[0]?.includes(title)) ?? "",
    page: () => readFileSync(page, "utf8"),
    forget,
  };
}
