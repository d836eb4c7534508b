type Combination = Record<string, unknown>;

/**
 * The combinations of `strategy.matrix`, in GitHub's order:
 * https://docs.github.com/actions/how-tos/write-workflows/choose-what-workflows-do/run-job-variations
 */
export function combinations(matrix: Record<string, unknown>): Combination[] {
  const { include = [], exclude = [], ...axes } = matrix;
  let crossed: Combination[] = Object.keys(axes).length === 0 ? [] : [{}];
  for (const [name, values] of Object.entries(axes)) {
    crossed = crossed.flatMap((combination) =>
      (values as unknown[]).map((value) => ({ ...combination, [name]: value })),
    );
  }
  const kept = crossed.filter(
    (combination) => !(exclude as Combination[]).some((excluded) => has(combination, excluded)),
  );
  return withIncluded(kept, Object.keys(axes), include as Combination[]);
}

/** An included object extends every combination whose own values it does not change; else it is one of its own. */
function withIncluded(combined: Combination[], axes: string[], include: Combination[]): Combination[] {
  const extended = combined.map((combination) => ({ ...combination }));
  const added: Combination[] = [];
  for (const included of include) {
    const own = Object.fromEntries(Object.entries(included).filter(([name]) => axes.includes(name)));
    const fitting = extended.filter((_, position) => has(combined[position] ?? {}, own));
    for (const combination of fitting) Object.assign(combination, included);
    if (fitting.length === 0) added.push(included);
  }
  return [...extended, ...added];
}

function has(combination: Combination, part: Combination): boolean {
  return Object.entries(part).every(
    ([name, value]) => JSON.stringify(combination[name]) === JSON.stringify(value),
  );
}
