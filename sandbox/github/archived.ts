import { Refusal } from "./refusal";
import type { Repository } from "./repository";

/**
 * Refuses to change an archived repository: all but its being archived.
 * https://docs.github.com/repositories/archiving-a-github-repository/archiving-repositories
 * @throws {Refusal} 403 (hub4j/github-api:src/main/java/org/kohsuke/github/GHRepository.java, `archive`)
 */
export function refuseIfArchived(repository: Repository, method: string, path: string): void {
  const reads = method === "GET" || method === "HEAD";
  const unarchives = method === "PATCH" && path.replace(/\/$/, "") === `/repos/${repository.fullName}`;
  if (repository.facts.archived && !reads && !unarchives)
    throw new Refusal(403, "Repository was archived so is read-only.");
}
