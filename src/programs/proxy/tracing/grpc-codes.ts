/** Names of the codes of gRPC, by number (https://grpc.github.io/grpc/core/md_doc_statuscodes.html). */
const NAMES = [
  ...['OK', 'CANCELLED', 'UNKNOWN', 'INVALID_ARGUMENT', 'DEADLINE_EXCEEDED', 'NOT_FOUND', 'ALREADY_EXISTS'],
  ...['PERMISSION_DENIED', 'RESOURCE_EXHAUSTED', 'FAILED_PRECONDITION', 'ABORTED', 'OUT_OF_RANGE'],
  ...['UNIMPLEMENTED', 'INTERNAL', 'UNAVAILABLE', 'DATA_LOSS', 'UNAUTHENTICATED'],
];

/** The codes that are an error of the server's, and not of its client's. */
const OF_SERVER: ReadonlySet<string> = new Set([
  ...['UNKNOWN', 'DEADLINE_EXCEEDED', 'UNIMPLEMENTED', 'INTERNAL', 'UNAVAILABLE', 'DATA_LOSS'],
]);

/** A number that is no code is left as it is. */
export const grpcCodeName = (status: string): string => NAMES[Number(status)] ?? status;

export const isErrorOfServer = (code: string): boolean => OF_SERVER.has(code);
