import type { Deployment } from "./deployment";

/** Puts the world back as it was before, and resolves when that has taken effect. */
export type Undo = () => Promise<void>;

/** One single change to what is deployed. */
export interface Mutation {
  name: string;
  /** What somebody did, in a sentence. */
  about: string;
  /** Whose pull request shows it. @default a colleague's */
  showsWith?: "stranger";
  /** Whether every region is broken by it. @default false */
  concernsAllRegions?: boolean;
  /** Makes the change, and resolves when it has taken effect. */
  break: (deployment: Deployment) => Promise<Undo>;
}
