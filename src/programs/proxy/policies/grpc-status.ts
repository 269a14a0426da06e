import type { RawHeaders } from '../http/upstream.ts';
import { headerValue } from './header-value.ts';

/** By code, as Envoy's `Grpc::Utility::grpcToHttpStatus` (source/common/grpc/status.cc) has them for its outlier detection. */
const HTTP_STATUS = [200, 499, 500, 400, 504, 404, 409, 403, 429, 400, 409, 400, 501, 500, 503, 500, 401];

/** What the `grpc-status` of a response without a body amounts to; of any other response its status. */
export const statusOf = (status: number, headers: RawHeaders): number => {
  const code = headerValue(headers, 'grpc-status');
  return code === null ? status : (HTTP_STATUS[Number(code)] ?? status);
};
