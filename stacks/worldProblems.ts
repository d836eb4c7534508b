import { lookupProblem } from "./lookup";
import { refusal } from "./refusal";

/** Collects what is wrong with what a stack is built on, so that a person sees all of it at once. */
export class WorldProblems {
  private readonly sentences: string[] = [];

  get any(): boolean {
    return this.sentences.length > 0;
  }

  add(...sentences: string[]): void {
    this.sentences.push(...sentences);
  }

  /** The result of a lookup, or nothing and a problem. */
  async orElse<T>(what: string, lookup: Promise<T>, help?: string): Promise<T | undefined> {
    try {
      return await lookup;
    } catch (error) {
      this.add(lookupProblem(what, error, help));
      return undefined;
    }
  }

  error(stack: string): Error {
    const paragraphs = this.sentences.map((sentence) => `  ${sentence}`);
    return refusal(
      [`Stack ${stack} cannot be built on what is there. Nothing was changed.`, ...paragraphs].join("\n\n"),
    );
  }
}
