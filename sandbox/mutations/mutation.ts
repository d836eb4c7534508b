import type { Deployment } from "./deployment";

/** Puts the world back as it was before, and resolves when that has taken effect. */
export type Undo = () => Promise<void>;

/** One single change to what is deployed, after which a pull request must not be dry-run. */
export interface Mutation {
  name: string;
  /** What somebody did, in a sentence. */
  about: string;
  /** Makes the change, and resolves when it has taken effect. */
  break: (deployment: Deployment) => Promise<Undo>;
}
