/** A refusal in the words of Toxiproxy, which its clients know. */
export class ApiError extends Error {
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

export const badBody = (why: string): ApiError => new ApiError(400, `bad request body: ${why}`);
export const missingField = (field: string): ApiError =>
  new ApiError(400, `missing required field: ${field}`);
export const proxyNotFound = (): ApiError => new ApiError(404, 'proxy not found');
export const proxyExists = (): ApiError => new ApiError(409, 'proxy already exists');
export const toxicNotFound = (): ApiError => new ApiError(404, 'toxic not found');
export const toxicExists = (): ApiError => new ApiError(409, 'toxic already exists');
export const invalidType = (): ApiError => new ApiError(400, 'invalid toxic type');
export const invalidStream = (): ApiError =>
  new ApiError(400, 'stream was invalid, can be either upstream or downstream');
