import type { FileOutputOptions } from '../../../programs/log-shipper/outputs/options.ts';

/** A script that gives a file's generations their next names: `NAME.1`, `NAME.2` and so on. */
export const rotationScript = ({ path, keep }: FileOutputOptions): string => `#!/bin/sh
file=${shellQuoted(path)}
at=${keep}
if [ "$at" = 0 ]; then exec rm -f "$file"; fi
while [ "$at" -gt 1 ]; do
  before=$((at - 1))
  if [ -e "$file.$before" ]; then mv -f "$file.$before" "$file.$at"; fi
  at=$before
done
mv -f "$file" "$file.1"
`;

const shellQuoted = (text: string): string => `'${text.replaceAll("'", () => `'\\''`)}'`;
