/**
 * Parameters of the query protocols: structures and lists are flattened into names like `IpPermissions.1.IpProtocol`.
 * https://smithy.io/2.0/aws/protocols/aws-ec2-query-protocol.html
 */
export class QueryInput {
  private constructor(private readonly parameters: [name: string, value: string][]) {}

  static parse(form: string): QueryInput {
    return new QueryInput([...new URLSearchParams(form)]);
  }

  get(name: string): string | undefined {
    return this.parameters.find(([parameter]) => parameter === name)?.[1];
  }

  /** A list of values. */
  values(name: string): string[] {
    return this.parameters
      .filter(
        ([parameter]) => parameter.startsWith(`${name}.`) && /^\.\d+$/.test(parameter.slice(name.length)),
      )
      .map(([, value]) => value);
  }

  /** A list of structures. */
  list(name: string): QueryInput[] {
    const members = new Map<string, [string, string][]>();
    for (const [parameter, value] of this.parameters) {
      if (!parameter.startsWith(`${name}.`)) continue;
      const [, index, rest] = /^(\d+)\.(.+)$/.exec(parameter.slice(name.length + 1)) ?? [];
      if (index === undefined || rest === undefined) continue;
      members.set(index, [...(members.get(index) ?? []), [rest, value]]);
    }
    return [...members.values()].map((parameters) => new QueryInput(parameters));
  }
}
