/** Whether a text is the name of a commit in full: nothing shorter, and no branch or tag, which can move. */
export function isFullCommit(text: string): boolean {
  return /^[0-9a-f]{40}$/.test(text);
}
