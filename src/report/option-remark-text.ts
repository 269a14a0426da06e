import type { OptionRemark } from '../model/option-remark.ts';

/** Says what options of a ready-made sidecar do, and what to write instead. */
export const optionRemarkText = (remark: OptionRemark): string => {
  switch (remark.kind) {
    case 'ejects-nobody': {
      const { cluster, endpoints, percent, least } = remark;
      return (
        `healthCheck.passive takes none of the ${endpoints} endpoints of ${cluster} out: ${percent} % of them is less than ` +
        `one. Set maxEjectionPercent to ${least} or more, or alwaysEjectOneEndpoint.`
      );
    }
    case 'repeats-requests':
      return (
        `a ${remark.method} may be carried out twice: retryOn has '${remark.word}', which also means requests that the app ` +
        'has seen. Give the route a retry of its own, with numRetries: 0.'
      );
    case 'cuts-stream':
      return (
        `a stream of events ends after ${remark.milliseconds} ms: timeouts.request is for the whole response. ` +
        'Set it to 0 for the route.'
      );
    case 'no-file-yet':
      return `no file in ${remark.folder} matches ${remark.include.join(', ')} yet.`;
    default:
      return remark satisfies never;
  }
};
