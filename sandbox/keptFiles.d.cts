/** Where things of one kind are kept. */
export function keptFolder(kind: string): string;
/** Path of what was made of some texts. */
export function keptFile(folder: string, ...madeOf: string[]): string;
/** The content, or undefined where nothing is kept. */
export function readKept(file: string): Buffer | undefined;
/** Keeps it, or nothing where the folder cannot be written to: that costs time and nothing else. */
export function keep(file: string, content: string | Buffer): void;
/** First line of each bundle: a copy of it, in whatever folder, is the same, and its `import()`s have been replaced. */
export const bundleMark: string;
