import { expect } from "chai";
import { rowOf, type Played } from "./played";

/**
 * Plays attacks, and expects each to end as docs/security.md says.
 * @param size how many names there are to be
 * @param playNamed plays those of the names
 */
export async function expectNoneOpen<World>(
  size: number,
  names: string[],
  playNamed: (names: string[]) => Promise<Played<World>[]>,
): Promise<void> {
  expect(names).to.have.length(size);
  const played = await playNamed(names);
  expect(played.map(({ attack }) => attack.name)).to.have.members(names);
  const open = played.filter(({ verdict }) => verdict === "open");
  expect(open.map(rowOf)).to.deep.equal([]);
}
