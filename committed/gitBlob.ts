import { createHash } from "node:crypto";

/** Git's name of a file's content, by which GitHub's trees list it: https://git-scm.com/book/en/v2/Git-Internals-Git-Objects */
export function gitBlob(text: string): string {
  const content = Buffer.from(text);
  return createHash("sha1")
    .update(`blob ${String(content.length)}\0`)
    .update(content)
    .digest("hex");
}
