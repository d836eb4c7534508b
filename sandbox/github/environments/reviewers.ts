import { id, user, type Links } from "../resources";
import type { State } from "../store";
import type { Reviewer, Team } from "./environment";

/** Logins that there are: those of whoever has a token. */
function logins({ tokens }: State): string[] {
  return [...new Set(Object.values(tokens).map(({ login }) => login))];
}

/** Somebody who may approve, as GitHub describes people and teams; undefined for a number that is nobody's. */
export function describeReviewer(links: Links, state: State, owner: string, { type, id: wanted }: Reviewer) {
  if (type === "User") {
    const login = logins(state).find((one) => id(one) === wanted);
    return login === undefined ? undefined : { type, reviewer: user(links, login) };
  }
  const team = teamOf(state, owner, wanted);
  return team && { type, reviewer: { id: team.id, name: team.slug, slug: team.slug } };
}

/** Whether somebody is among the reviewers, themselves or by a team. */
export function mayReview(state: State, owner: string, reviewers: Reviewer[], login: string): boolean {
  return reviewers.some((reviewer) =>
    reviewer.type === "User"
      ? reviewer.id === id(login)
      : teamOf(state, owner, reviewer.id)?.members.includes(login),
  );
}

/** A team of an organisation by its number. */
export function teamOf({ teams }: State, owner: string, wanted: number | null | undefined): Team | undefined {
  return teams?.[owner]?.find((team) => team.id === wanted);
}
