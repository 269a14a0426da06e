interface Case {
  readonly name: string;
  readonly expected: string;
}

/** What happens in each case with a proxy that does it right, by the name of the case. */
export const expectedOf = (cases: readonly Case[]): Readonly<Record<string, string>> =>
  Object.fromEntries(cases.map(({ name, expected }) => [name, expected]));
