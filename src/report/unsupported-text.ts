import type { Capability, UnsupportedFailure } from '../model/failures/unsupported-failure.ts';

/** Says which process asks for what, which engine lacks it, and what to do. */
export const unsupportedText = ({ process, capability, field, engine }: UnsupportedFailure): string =>
  `${process}: the ${engine} engine does not support ${field ?? STREAMS}; ${ADVICE[capability]}`;

const STREAMS = 'the terminal and the streams that run hands over';

const ADVICE: Readonly<Record<Capability, string>> = {
  notify: 'use another readiness probe',
  activate: 'remove it, and let the process listen on the port itself',
  isolate: "remove isolate, and mounts outside the config's folder",
  container: 'use a command in place of image',
  streams: 'start the pod with dev or up',
  tty: 'on Linux, install koffi, an optional dependency of sidecarctl; elsewhere, leave it out',
};
