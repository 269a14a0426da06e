import type { Finding } from '../model/finding.ts';
import { launchFailureText } from './launch-failures.ts';

/** Says what an attempt of a probe, or a hook, has found. The text may have secrets in it. */
export const findingText = (finding: Finding): string => {
  switch (finding.kind) {
    case 'said':
      return finding.text;
    case 'no-answer':
      return 'no answer yet';
    case 'not-started':
      return launchFailureText(finding.failure);
    default:
      return finding satisfies never;
  }
};
