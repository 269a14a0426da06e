/** A query that cannot be answered. `bad_data`: as it is written; `execution`: with the samples that there are. */
export class QueryError extends Error {
  override readonly name = 'QueryError';
  readonly type: 'bad_data' | 'execution';

  constructor(type: QueryError['type'], message: string) {
    super(message);
    this.type = type;
  }
}

export const badData = (message: string): QueryError => new QueryError('bad_data', message);
